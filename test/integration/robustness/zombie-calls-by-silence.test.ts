import { afterAll, describe, expect, it } from "vitest";
import { until } from "../../helpers/until.ts";
import { answerPings, metric, switchWith, TWO_PINGS_MS, talking } from "./zombie-calls.ts";

/** The media plane takes ten seconds to call a side silent, and the switch waits for as long. */
const SILENT_MS = 20_000;

const strowger = await switchWith({ pingSeconds: 0, silenceSeconds: 10 }, { record: true });
afterAll(() => strowger.stop());

describe("A call whose audio passes through the switch, and in which nothing is heard", () => {
  it(
    "goes on where the phones answer, and the silence of each is told once",
    async () => {
      const { phones, caller, callee } = await talking(strowger);
      for (const phone of Object.values(phones)) phone.answer(await phone.expect("OPTIONS", SILENT_MS + 5_000), 200);
      const silent = 'strowger_silent_sides_total{side="callee"}';
      await until("the silence to be told", async () => (await metric(strowger, silent))?.endsWith(" 1"));
      expect(strowger.log().match(/Nothing is heard of a side of a call, which is there/g)).toHaveLength(2);
      expect(await strowger.calls()).toHaveLength(1);
      caller.request("BYE");
      callee.phone.answer(await callee.phone.expect("BYE"), 200);
      await phones.caller.expect("200 BYE");
    },
    SILENT_MS + 20_000,
  );

  it(
    "ends where a phone does not answer either",
    async () => {
      // The callee says nothing any more, whatever comes.
      const tail = await strowger.tail("main");
      const { phones, id } = await talking(strowger);
      void answerPings(phones.caller, SILENT_MS + 5_000);
      const reason = "The called side is not heard any more, and does not answer";
      const bye = await phones.caller.expect("BYE", SILENT_MS + TWO_PINGS_MS + 45_000);
      phones.caller.answer(bye, 200);
      expect(bye.header("Reason")).toBe(`SIP;cause=408;text="${reason}"`);
      await tail.line(`ended: ${reason}`);
      expect(await strowger.cdr((cdr) => cdr.id === id)).toMatchObject({ reason, endedBy: "switch" });
      expect(await metric(strowger, 'strowger_calls_reaped_total{reason="silence"}')).toMatch(/ 1$/);
    },
    SILENT_MS + TWO_PINGS_MS + 70_000,
  );
});
