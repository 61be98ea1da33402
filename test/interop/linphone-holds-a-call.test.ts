import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { speechFile } from "../helpers/baresip-phones.ts";
import { Linphone } from "../helpers/linphone.ts";
import { registeredPhone } from "../helpers/phones.ts";
import { answer } from "../helpers/raw-call.ts";
import { freshText } from "../helpers/raw-phone.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { script } from "../helpers/script-source.ts";
import { shows } from "../helpers/shows.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { until } from "../helpers/until.ts";

const SCRIPT = script(`
  invite: () => forward("bob", { media: "anchor" }),
  hold(call, event) {
    console.log("hold by " + event.by);
  },
  resume(call, event) {
    console.log("resume by " + event.by);
  },`);

describe.skipIf(!hasPrograms("linphonec"))("linphonec over TCP", () => {
  let strowger: RunningSwitch | undefined;
  afterAll(() => strowger?.stop());

  it("registers, calls a phone on UDP, holds it, takes it back and hangs up", {
    ...shows({ linphone: ["register", "call", "hold", "TCP"] }),
    timeout: 60_000,
  }, async () => {
    const running = await startSwitch();
    strowger = running;
    await running.deploy("main", SCRIPT);
    const tail = await running.tail("main");
    const bob = await registeredPhone(running, "bob");
    const alice = await Linphone.start({
      user: "alice",
      password: "pw-alice",
      domain: running.domain,
      switchPort: running.sipPort,
      sound: speechFile(8000, 15),
      codec: "PCMU",
      transport: "tcp",
    });
    onTestFinished(() => alice.stop());
    const { items } = await until("linphonec to be registered", async () => {
      const { body } = await running.api("GET", "/v1/registrations?user=alice");
      return body.items.length > 0 && body;
    });
    expect(items).toMatchObject([{ transport: "tcp" }]);

    const called = alice.call(`sip:101@${running.domain}`);
    const offered = await bob.expect("INVITE", 15_000);
    const tag = freshText("b");
    answer(bob, { offered, tag });
    await bob.expect("ACK");
    await called;

    alice.hold();
    await tail.line("hold by caller");
    await alice.wrote(/Call \d+ with .* paused/);
    alice.resume();
    await tail.line("resume by caller");
    await bob.settle();
    // Music is played by the switch: the phone on the other side need not know.
    expect(bob.has("INVITE")).toBe(false);
    alice.hangUp();
    bob.answer(await bob.expect("BYE", 15_000), 200);
    await running.noCalls();
  });
});
