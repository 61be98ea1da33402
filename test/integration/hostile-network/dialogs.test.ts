import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { registeredPhone } from "../../helpers/phones.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { ackRefusal, expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText } from "../../helpers/raw-phone.ts";
import { sdp } from "../../helpers/sdp.ts";
import { besieged, expectServed, expectUnharmed, hostilePhone } from "./besieged.ts";

const FLOOD = 200;
/** Requests of one call on their way to the other side at once. */
const MOST_RELAYS = 16;
const users = Object.fromEntries(["alice", "bob"].map((name) => [name, { password: `pw-${name}` }]));
const strowger = await besieged(
  { users },
  'call.headers.get("X-Target") ? forward(call.headers.get("X-Target")) : forward("bob")',
);
afterAll(() => strowger.stop());
beforeEach(async () => void (await strowger.api("DELETE", "/v1/registrations/bob")));

async function talking() {
  const [bob, mallory] = [await registeredPhone(strowger, "bob"), await hostilePhone(strowger)];
  return { bob, mallory, call: await connectCall(mallory, bob, "bob") };
}

describe("a flood within a call", () => {
  it.each([
    ["INFO", []],
    ["UPDATE", []],
    ["OPTIONS", []],
    ["MESSAGE", [["Content-Type", "text/plain"]]],
    ["CONJURE", []],
  ] as const)("of %s reaches the other phone sixteen at a time, and the call goes on", async (method, fields) => {
    const { bob, mallory, call } = await talking();
    for (let at = 0; at < FLOOD; at++) call.caller.request(method, { fields });
    for (let at = 0; at < FLOOD - MOST_RELAYS; at++) await mallory.expect(`500 ${method}`);
    await bob.settle();
    expect(bob.untaken.filter((line) => line.startsWith(method))).toHaveLength(MOST_RELAYS);
    await expectServed(strowger);
    for (let at = 0; at < MOST_RELAYS; at++) bob.answer(await bob.expect(method), 200);
    await hangUp(call.callee, call.caller);
    expectUnharmed(strowger);
  });

  it.each([
    ["that acknowledges nothing", "1 1 INVITE", 481],
    ["whose numbers are too large for anybody", "99999999999999999999 99999999999999999999 INVITE", 400],
    ["whose number is the largest", "4294967295 2147483647 INVITE", 481],
    ["below nothing", "-1 -1 INVITE", 400],
    ["of words", "one two INVITE", 400],
    ["of nothing", "", 400],
  ])("of PRACK %s is refused without a word to the other phone", async (_what, rack, status) => {
    const { bob, mallory, call } = await talking();
    for (let at = 0; at < FLOOD; at++) call.caller.request("PRACK", { fields: [["RAck", rack]] });
    for (let at = 0; at < FLOOD; at++) await mallory.expect(`${status} PRACK`);
    await bob.settle();
    expect(bob.untaken).toEqual([]);
    await hangUp(call.callee, call.caller);
    expectUnharmed(strowger);
  });

  it("of INVITE has one offer at a time, and the call goes on", async () => {
    const { bob, mallory, call } = await talking();
    const sent = Array.from({ length: 50 }, (_, at) => call.caller.reinvite(sdp(6000 + 2 * at, "sendrecv", at + 2)));
    const asked = await bob.expect("INVITE");
    for (let at = 1; at < sent.length; at++) {
      const refusal = await mallory.expect(/^SIP\/2\.0 (491|500)[\s\S]*CSeq: \d+ INVITE/);
      const pending = sent.find(({ cseq }) => cseq === refusal.cseq);
      if (pending !== undefined) ackRefusal(mallory, pending, refusal);
    }
    expect(bob.has("INVITE")).toBe(false);
    answer(bob, { offered: asked, tag: call.tag });
    const answered = await mallory.expect("200 INVITE");
    call.caller.ack(sent.find(({ cseq }) => cseq === answered.cseq) ?? asked);
    await bob.expect("ACK");
    await hangUp(call.callee, call.caller);
    expectUnharmed(strowger);
  });
});

describe("a session timer that is absurd", () => {
  it.each([
    ["1 s", "Session-Expires: 1", 422],
    ["89 s", "Session-Expires: 89", 422],
    ["0 s", "Session-Expires: 0", 486],
    ["less than nothing", "Session-Expires: -1", 486],
    ["136 years", "Session-Expires: 4294967295", 486],
    ["a number for nobody", "Session-Expires: 99999999999999999999", 486],
    ["a least time of 136 years", "Min-SE: 4294967295", 486],
    ["a least time for nobody", "Min-SE: 99999999999999999999", 486],
    ["words", "Session-Expires: soon;refresher=me", 486],
  ])("(%s, in an INVITE) is refused or is none", async (_what, line, status) => {
    const mallory = await hostilePhone(strowger);
    const [name = "", value = ""] = line.split(": ");
    const fields: Field[] = [
      ["Supported", "timer"],
      [name, value],
    ];
    const refusal = await expectRefusal(mallory, invite(mallory, "486", { fields }), status);
    if (status === 422) expect(refusal.header("Min-SE")).toBe("90");
    await expectServed(strowger);
    expectUnharmed(strowger);
  });

  it("(422 again and again, each with a longer time) is followed a few times, and then the call fails", async () => {
    const [bob, mallory] = [await registeredPhone(strowger, "bob"), await hostilePhone(strowger)];
    const sent = invite(bob, "x", { body: sdp(6000), fields: [["X-Target", mallory.uri]] });
    const refused = bob.expect(/^SIP\/2\.0 [4-6][\s\S]*INVITE/).then((refusal) => {
      ackRefusal(bob, sent, refusal);
      return null;
    });
    let asked = 0;
    while (asked < 50) {
      const offered = await Promise.race([mallory.expect("INVITE").catch(() => null), refused]);
      if (offered === null) break;
      asked++;
      const longer = String(2000 + 10 * asked);
      mallory.answer(offered, 422, { toTag: freshText("m"), fields: [["Min-SE", longer]] });
    }
    await refused;
    expect(asked).toBeGreaterThan(1);
    expect(asked).toBeLessThan(10);
    expectUnharmed(strowger);
  });
});

describe("a reliable response whose number is absurd", () => {
  it.each([
    ["0", "0"],
    ["the largest", "4294967295"],
    ["one more than the largest", "4294967296"],
    ["a number for nobody", "99999999999999999999"],
    ["below nothing", "-1"],
    ["a word", "many"],
    ["none", ""],
  ])("(%s) costs neither the call nor the switch anything", async (_what, rseq) => {
    const [bob, mallory] = [await registeredPhone(strowger, "bob"), await hostilePhone(strowger)];
    const fields: Field[] = [
      ["X-Target", mallory.uri],
      ["Supported", "100rel"],
    ];
    const sent = invite(bob, "x", { body: sdp(6000), fields });
    const offered = await mallory.expect("INVITE");
    const tag = freshText("m");
    const early = (number: string) =>
      mallory.answer(offered, 183, {
        toTag: tag,
        fields: [
          ["Contact", mallory.contact],
          ["Require", "100rel"],
          ["RSeq", number],
        ],
      });
    early(rseq);
    early(rseq);
    early(rseq === "4294967295" ? "0" : rseq);
    await mallory.settle();
    answer(mallory, { offered, tag });
    // Whatever of the early ones the caller has heard of is acknowledged by him first.
    const prack = await bob.expect(/^SIP\/2\.0 (183|200)[\s\S]*INVITE/);
    const caller = RawDialog.ofCaller(bob, sent, prack);
    if (prack.status === 183 && prack.header("RSeq") !== "") {
      caller.request("PRACK", { fields: [["RAck", `${prack.header("RSeq")} ${sent.cseq} INVITE`]] });
    }
    const answered = prack.status === 200 ? prack : await bob.expect("200 INVITE");
    const talking = RawDialog.ofCaller(bob, sent, answered);
    talking.cseq = caller.cseq;
    talking.ack(sent);
    await mallory.expect("ACK");
    talking.request("BYE");
    mallory.answer(await mallory.expect("BYE"), 200);
    await bob.expect("200 BYE");
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});
