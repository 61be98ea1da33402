import { it } from "vitest";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { LoadOfCalls } from "./load-of-calls.ts";
import { metric } from "./world.ts";

const CALLS = 40;
/** 64*T1, and what is still under way. */
const FORGOTTEN_WITHIN_MS = 45_000;

it.concurrent.for([
  ["lost", { loss: 0.15, duplication: 0, maxDelayMs: 0 }],
  ["doubled", { loss: 0, duplication: 0.4, maxDelayMs: 20 }],
  ["late, and overtake one another", { loss: 0, duplication: 0, maxDelayMs: 400 }],
] as const)(
  "Where datagrams are %s, no call is lost, each has one record, and no transaction stays",
  {
    timeout: 180_000,
  },
  async ([_what, weather], { expect, onTestFinished }) => {
    const strowger = await startSwitch();
    onTestFinished(() => strowger.stop());
    const load = await LoadOfCalls.begin(strowger, { seed: 1, callsPerSecond: 8, longestMs: 2_000, weather });
    await until("so many calls", () => load.counts.calls >= CALLS, 30_000);
    expect(await load.finish()).toEqual([]);
    await strowger.noCalls();
    const transactions = async () =>
      (await metric(strowger, "strowger_client_transactions")) +
      (await metric(strowger, "strowger_server_transactions"));
    await until("no transaction to be left", async () => (await transactions()) === 0, FORGOTTEN_WITHIN_MS);
  },
);
