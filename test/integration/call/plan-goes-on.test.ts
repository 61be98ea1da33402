import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { forwardTo, inviteScript, script } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

async function phones(): Promise<[RawPhone, RawPhone, RawPhone]> {
  const names = ["caller", "first", "second"];
  const [caller, first, second] = await Promise.all(names.map((name) => rawPhone(strowger, name)));
  if (caller === undefined || first === undefined || second === undefined) throw new Error("unreachable");
  return [caller, first, second];
}

async function refuse(phone: RawPhone, status: number): Promise<void> {
  phone.answer(await phone.expect("INVITE"), status, { toTag: `t${status}` });
  await phone.expect("ACK");
}

async function connect(caller: RawPhone, callee: RawPhone, sent: ReturnType<typeof invite>): Promise<void> {
  const offered = await callee.expect("INVITE");
  answer(callee, { offered, tag: "here" });
  const dialog = RawDialog.ofCaller(caller, sent, await caller.expect("200 INVITE"));
  dialog.ack(sent);
  await callee.expect("ACK");
  await hangUp(dialog, RawDialog.ofCallee(callee, offered, "here"));
}

describe("A plan", () => {
  it("rings serial targets one after the other", async () => {
    const [caller, first, second] = await phones();
    await strowger.deploy("main", inviteScript(forwardTo([first, second], { strategy: "serial" })));
    const sent = invite(caller, "700", { body: sdp(6000) });
    const offered = await first.expect("INVITE");
    await second.settle();
    expect(second.has("INVITE")).toBe(false);
    first.answer(offered, 486, { toTag: "busy" });
    await first.expect("ACK");
    await connect(caller, second, sent);
  });

  it("cancels a target after ringSeconds and does its next step", async () => {
    const [caller, first, second] = await phones();
    const plan = `[${forwardTo([first], { ringSeconds: 1 })}, ${forwardTo([second])}]`;
    await strowger.deploy("main", inviteScript(plan));
    const sent = invite(caller, "700", { body: sdp(6000) });
    const offered = await first.expect("INVITE");
    first.answer(offered, 180, { toTag: "slow", fields: [["Contact", first.contact]] });
    await caller.expect("180 INVITE");
    first.answer(await first.expect("CANCEL"), 200, { toTag: "slow" });
    first.answer(offered, 487, { toTag: "slow" });
    await first.expect("ACK");
    await connect(caller, second, sent);
  });

  it("goes on after a 6xx, which ends only the fork", async () => {
    const [caller, first, second] = await phones();
    await strowger.deploy("main", inviteScript(`[${forwardTo([first])}, ${forwardTo([second])}]`));
    const sent = invite(caller, "700", { body: sdp(6000) });
    await refuse(first, 603);
    await connect(caller, second, sent);
  });

  it("asks the script again when it has run out, with every attempt, and does what it says then", async () => {
    const [caller, first, second] = await phones();
    const failed = `
      failed(call, event) {
        console.log(event.code + " after " + event.attempts.map((attempt) => attempt.code).join("+"));
        return ${forwardTo([second])};
      },`;
    await strowger.deploy("main", script(`  invite: () => ${forwardTo([first])},${failed}`));
    const tail = await strowger.tail("main");
    const sent = invite(caller, "700", { body: sdp(6000) });
    await refuse(first, 486);
    await tail.line("486 after 486");
    await connect(caller, second, sent);
  });

  it("raises failed once only, and the caller then hears the best refusal", async () => {
    const [caller, first, second] = await phones();
    const failed = `failed(call, event) { console.log("failed " + event.code); return ${forwardTo([second])}; },`;
    await strowger.deploy("main", script(`  invite: () => ${forwardTo([first])},\n  ${failed}`));
    const tail = await strowger.tail("main");
    const sent = invite(caller, "700", { body: sdp(6000), from: "sip:twice@elsewhere.invalid" });
    await refuse(first, 480);
    await refuse(second, 486);
    const refusal = await caller.expect(/^SIP\/2\.0 48[06]/);
    expect(refusal.method).toBe(sent.method);
    await strowger.cdr((record) => record.from.includes("twice"));
    expect(tail.lines).toEqual(["failed 480"]);
  });

  it("adds headers, caller id and caller name to the leg that goes out", async () => {
    const [caller, first] = await phones();
    const options = { headers: { "X-Campaign": "spring" }, callerId: "5550100", callerName: "Front Desk" };
    await strowger.deploy("main", inviteScript(forwardTo([first], options)));
    const sent = invite(caller, "700", { body: sdp(6000) });
    const offered = await first.expect("INVITE");
    expect(offered.header("X-Campaign")).toBe("spring");
    expect(offered.header("From")).toMatch(/^"?Front Desk"? <sip:5550100@/);
    first.answer(offered, 486, { toTag: "busy" });
    await first.expect("ACK");
    await expectRefusal(caller, sent, 486);
  });
});
