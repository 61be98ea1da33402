import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { answer } from "../../helpers/raw-call.ts";
import { invite, RawDialog } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { sdp } from "../../helpers/sdp.ts";
import { startSwitch } from "../../helpers/switch.ts";

const CALLS = 100;

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** One call of a hundred: up, until `release`, then hung up by the caller. */
async function oneCall(caller: RawPhone, index: number, allUp: Promise<void>, up: () => void): Promise<void> {
  const callId = `hundred-${index}-${process.pid}`;
  const ofThisCall = (status: string) => new RegExp(`^SIP/2\\.0 ${status}[\\s\\S]*Call-ID: ${callId}\\r`, "i");
  const sent = invite(caller, `8${index}`, { callId, body: sdp(6000) });
  const dialog = RawDialog.ofCaller(caller, sent, await caller.expect(ofThisCall("200"), 10_000));
  dialog.ack(sent);
  up();
  await allUp;
  dialog.request("BYE");
  await caller.expect(new RegExp(`^SIP/2\\.0 200[\\s\\S]*Call-ID: ${callId}\\r[\\s\\S]*BYE`, "i"), 10_000);
}

/** Answers every INVITE and BYE until there were as many as there are calls. */
async function answerAll(callee: RawPhone): Promise<void> {
  for (let index = 0; index < CALLS; index++) {
    answer(callee, { offered: await callee.expect("INVITE", 10_000), tag: `t${index}` });
  }
  for (let index = 0; index < CALLS; index++) callee.answer(await callee.expect("BYE", 10_000), 200);
}

describe("A hundred calls at once", () => {
  it("are all connected, live together, and end with a record each", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const { promise: allUp, resolve } = Promise.withResolvers<void>();
    let up = 0;
    const countUp = () => void (++up === CALLS && resolve());
    const calls = Array.from({ length: CALLS }, (_, index) => oneCall(caller, index, allUp, countUp));
    const answering = answerAll(callee);
    await Promise.all([...calls, answering]);
    await strowger.noCalls();
    expect(up).toBe(CALLS);
    const { body } = await strowger.api("GET", `/v1/cdrs?limit=${CALLS}`);
    expect(body.items.filter((cdr: { result: string }) => cdr.result === "answered")).toHaveLength(CALLS);
  });
});
