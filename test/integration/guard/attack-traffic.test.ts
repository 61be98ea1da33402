import { afterAll, describe, expect, it } from "vitest";
import { attacks } from "../../helpers/attackers.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs, register } from "../../helpers/raw-account.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText } from "../../helpers/raw-phone.ts";
import { script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

/** Small: it is the rules that are shown here. `npm run bench -- attack` has 10,000 a second. */
const PACE = { perSecond: 1_000, seconds: 3 };
const ANSWER_WITHIN_MS = 10_000;

const strowger = await startSwitch({ guard: {} });
await strowger.deploy("main", script('  invite: (call) => (call.to.user === "101" ? forward("bob") : reject(404)),'));
afterAll(() => strowger.stop());

describe("Users register and call", { timeout: 60_000 }, () => {
  it.each(Object.keys(attacks))("under attack: %s", async (name) => {
    const bob = await registeredPhone(strowger, "bob");
    const alice = await registeredPhone(strowger, "alice");
    const attack = attacks[name]?.({ port: strowger.sipPort, domain: "example.test" }, PACE);
    for (let call = 0; call < 3; call++) {
      const sent = await inviteAs(alice, { user: "alice", password: "pw-alice" }, "101", { body: sdp(6000) });
      const offered = await bob.expect("INVITE", ANSWER_WITHIN_MS);
      const tag = freshText("t");
      answer(bob, { offered, tag });
      const answered = await alice.expect("200 INVITE", ANSWER_WITHIN_MS);
      const dialog = RawDialog.ofCaller(alice, sent, answered);
      dialog.ack(sent);
      await bob.expect("ACK", ANSWER_WITHIN_MS);
      await hangUp(dialog, RawDialog.ofCallee(bob, offered, tag));
    }
    const stranger = await rawPhone(strowger, "alice", { address: "127.0.0.9" });
    expect((await register(stranger, { user: "alice" })).status).toBe(200);
    for (const phone of [alice, bob]) await strowger.api("DELETE", `/v1/registrations/${phone.name}`);
    const { sent, answered, statuses } = (await attack) ?? { sent: 0, answered: 0, statuses: {} };
    console.log(`${name}: ${sent} sent, ${answered} answered ${JSON.stringify(statuses)}`);
    expect(sent).toBeGreaterThan(100);
    expect(strowger.running).toBe(true);
    expect(strowger.log()).not.toMatch(/could not be handled/);
  });
});
