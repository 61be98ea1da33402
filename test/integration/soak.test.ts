import { expect, it } from "vitest";
import { reportText } from "../soak/report.ts";
import { runSoak } from "../soak/run.ts";

/** Longer, and at its usual pace: `npm run soak`. */
const MINUTES = 2;
/** Other tests run beside it. */
const PACE = 0.3;

it("A switch under calls, messages, registrations, deploys and all the rest does not grow, and nothing is left when they are gone", async () => {
  const report = await runSoak({ minutes: MINUTES, pace: PACE });
  expect(report.isSound, `\n${reportText(report)}`).toBe(true);
  for (const { name, done } of report.outcomes) expect([name, done]).not.toEqual([name, 0]);
}, 300_000);
