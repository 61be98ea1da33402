import { afterAll, describe, expect, it } from "vitest";
import { until } from "../../helpers/until.ts";
import { answerPings, metric, switchWith, TWO_PINGS_MS, talking } from "./zombie-calls.ts";

const strowger = await switchWith({ pingSeconds: 2, silenceSeconds: 0 });
afterAll(() => strowger.stop());

describe("A call whose phone is gone without a word", () => {
  it("ends on the other side at once where the phone has been started again, and knows nothing of it", async () => {
    const tail = await strowger.tail("main");
    const { phones, id } = await talking(strowger);
    void answerPings(phones.caller, 10_000);
    phones.callee.answer(await phones.callee.expect("OPTIONS"), 481);
    const bye = await phones.caller.expect("BYE");
    const reason = "The called side knows nothing of the call any more";
    expect(bye.header("Reason")).toBe(`SIP;cause=481;text="${reason}"`);
    phones.caller.answer(bye, 200);
    phones.callee.answer(await phones.callee.expect("BYE"), 481);
    await tail.line(`ended: ${reason}`);
    expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({ result: "answered", reason, endedBy: "switch" });
    expect(await metric(strowger, 'strowger_calls_reaped_total{reason="dialog-gone"}')).toMatch(/ 1$/);
  });

  it("is asked after a restart of the switch as before, with higher numbers", async () => {
    const { phones, caller, callee } = await talking(strowger);
    const before = await phones.caller.expect("OPTIONS");
    phones.caller.answer(before, 200);
    await strowger.restart();
    const after = await phones.caller.expect("OPTIONS");
    expect(after.cseq).toBeGreaterThan(before.cseq + 900);
    phones.caller.answer(after, 200);
    caller.request("BYE");
    callee.phone.answer(await callee.phone.expect("BYE"), 200);
    await phones.caller.expect("200 BYE");
  });

  it(
    "ends where the power of both is cut, once two pings in a row have had no answer",
    async () => {
      // Nothing that comes from now on is answered.
      const { id } = await talking(strowger);
      await until("the call to end", async () => (await strowger.calls()).length === 0, TWO_PINGS_MS + 20_000);
      const cdr = await strowger.cdr((one) => one.id === id);
      expect(cdr).toMatchObject({ result: "answered", code: 200, endedBy: "switch" });
      expect(cdr.reason).toMatch(/^The (caller|called side) does not answer any more$/);
      expect(await metric(strowger, 'strowger_calls_reaped_total{reason="ping-unanswered"}')).toMatch(/ 1$/);
    },
    TWO_PINGS_MS + 50_000,
  );
});
