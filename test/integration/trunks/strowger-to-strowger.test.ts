import { describe, expect, it, onTestFinished } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

describe("a switch that registers with another switch", () => {
  it("is called through it, and calls through it, over UDP and TCP", async () => {
    const users = { office: { password: "pw-office" } };
    const carrier = await startSwitch({ domain: "carrier.test", users, digest: ["SHA-256", "MD5"] });
    onTestFinished(() => carrier.stop());
    const office = await startSwitch();
    onTestFinished(() => office.stop());
    await office.deploy("main", script('  invite: (call) => forward(call.trunk === null ? call.to.user : "alice"),'));
    const alice = await registeredPhone(office, "alice");
    const world = await rawPhone(carrier, "world");
    const registered = async () => {
      const { body } = await carrier.api("GET", "/v1/registrations");
      return body.items.find(({ user }: { user: string }) => user === "office");
    };
    for (const transport of ["udp", "tcp"]) {
      await office.api("PUT", "/v1/trunks/carrier", {
        uri: `sip:127.0.0.1:${carrier.sipPort};transport=${transport}`,
        username: "office",
        password: "pw-office",
        register: true,
        outgoing: { host: "carrier.test", from: "account" },
        from: ["192.0.2.0/24"],
      });
      await until("the registration", async () => (await registered())?.transport === transport);

      await carrier.deploy("main", inviteScript('forward("office")'));
      const call = await connectCall(world, alice, "office", { uri: "sip:office@carrier.test" });
      await hangUp(call.caller, call.callee);

      await carrier.deploy("main", inviteScript(forwardTo([world])));
      const sent = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "+15551234567", { body: sdp(6000) });
      const offered = await world.expect("INVITE");
      answer(world, { offered, tag: "world" });
      const answered = await alice.expect("200 INVITE");
      const side = RawDialog.ofCaller(alice, sent, answered);
      side.ack(sent);
      await world.expect("ACK");
      await hangUp(side, RawDialog.ofCallee(world, offered, "world"));
    }
    const cdr = await carrier.cdr(({ to }) => to.includes("+15551234567"));
    expect(cdr).toMatchObject({ user: "office", result: "answered" });
    office.signal("SIGTERM");
    await until("the farewell", async () => (await registered()) === undefined);
  }, 90_000);
});
