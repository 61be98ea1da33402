import { describe, expect, it } from "vitest";
import { type Log, silentLog } from "../../../runtime/base/log.ts";
import { Outage } from "../../../runtime/base/outage.ts";

describe("An outage", () => {
  it("is told of when it begins and when it is over, and counts what came to nothing", () => {
    const lines: unknown[] = [];
    const log: Log = {
      ...silentLog,
      error: (text, fields) => lines.push([text, fields]),
      info: (text, fields) => lines.push([text, fields]),
    };
    let now = 0;
    const outage = new Outage(log, { failing: "It fails", again: "It works again" }, () => now);
    outage.worked();
    for (let times = 0; times < 3; times++) outage.failed({ problem: "full" });
    expect([outage.isFailing, outage.failures]).toEqual([true, 3]);
    now = 7_000;
    outage.worked();
    outage.worked();
    expect(outage.isFailing).toBe(false);
    expect(lines).toEqual([
      ["It fails", { problem: "full" }],
      ["It works again", { seconds: 7 }],
    ]);
  });
});
