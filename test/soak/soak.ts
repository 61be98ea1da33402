/** The long run: `npm run soak -- --minutes 20`. See README.md. */
import { parseArgs } from "node:util";
import { progressLine, reportText } from "./report.ts";
import { runSoak } from "./run.ts";

const USAGE = `npm run soak -- [--minutes N] [--pace N] [--leak MB] [--json]
--minutes  How long the load lasts, 1.5 at the least. Default: 20.
--pace     Of the usual rates. Default: 1.
--leak     Leaks so many megabytes a minute in the switch: the run must fail.
--json     The report as JSON on the standard output; progress goes to the standard error.`;
const USAGE_EXIT_CODE = 2;
/** The warm-up alone takes 45 seconds. */
const LEAST_MINUTES = 1.5;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "20" },
    pace: { type: "string", default: "1" },
    leak: { type: "string", default: "0" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
const [minutes, pace, leakMB] = [values.minutes, values.pace, values.leak].map(Number) as [number, number, number];
if (values.help || !(minutes >= LEAST_MINUTES) || !(pace > 0) || !(leakMB >= 0)) {
  console.error(USAGE);
  process.exit(values.help ? 0 : USAGE_EXIT_CODE);
}
const report = await runSoak({
  minutes,
  pace,
  leakMB,
  onProgress: (sample, outcomes) => console.error(progressLine(sample, outcomes)),
});
console.log(values.json ? JSON.stringify(report, null, 2) : `\n${reportText(report)}`);
process.exitCode = report.isSound ? 0 : 1;
