import { randomInt } from "node:crypto";
import { expect, it, onTestFinished } from "vitest";
import { seededRandom } from "../../../runtime/simulator/network/sim-net.ts";
import { killProcess, readyAgain } from "../../helpers/kill-switch.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { LoadOfCalls } from "./load-of-calls.ts";

/** All of them by `KILLS=200`; the same again by `SEED=N`. */
const KILLS = Number(process.env.KILLS ?? 10);
const SEED = Number(process.env.SEED ?? randomInt(1_000_000));
/** The parent waits a little longer each time, so a switch is killed only so often in a row. */
const KILLS_OF_ONE = 5;
/** The share that happens while it starts. */
const WHILE_STARTING = 0.25;
const LONGEST_LIFE_MS = 2_000;
/** 64*T1, and what starting takes: an INVITE that an earlier process has sent may never be answered. */
const GIVEN_UP_WITHIN_MS = 45_000;
const MINUTE = 60_000;

it(
  `A switch that is killed ${KILLS} times at moments by chance, with calls under way, loses no call that was up, and writes one record of each`,
  async () => {
    console.log(`SEED=${SEED}`);
    const lives = Array.from({ length: Math.ceil(KILLS / KILLS_OF_ONE) }, (_, life) => life);
    // Two at a time: a switch that waits for its start needs no processor.
    const lanes = [lives.filter((life) => life % 2 === 0), lives.filter((life) => life % 2 === 1)];
    const all = await Promise.all(
      lanes.map(async (lane) => {
        const problems: string[] = [];
        for (const life of lane) problems.push(...(await killAgainAndAgain(SEED + life)));
        return problems;
      }),
    );
    expect(all.flat()).toEqual([]);
  },
  KILLS * MINUTE,
);

async function killAgainAndAgain(seed: number): Promise<readonly string[]> {
  // However slow the machine is: by default calls are kept for as long as their phones say the same again.
  const strowger = await startSwitch({ restart: { keepCallsSeconds: 300 } });
  onTestFinished(() => strowger.stop());
  const random = seededRandom(seed);
  const load = await LoadOfCalls.begin(strowger, { seed, callsPerSecond: 12, longestMs: 8_000 });
  let startMs = 0;
  for (let kills = 0; kills < KILLS_OF_ONE; kills++) {
    if (kills > 0 && random() < WHILE_STARTING) {
      await passes(random() * startMs);
    } else {
      const begun = performance.now();
      await readyAgain(strowger);
      startMs = performance.now() - begun;
      await passes(random() * LONGEST_LIFE_MS);
    }
    await killProcess(strowger);
  }
  const problems = await load.finish();
  const { calls, connected } = load.counts;
  const summary = `seed ${seed}: ${calls} calls, ${connected} connected, ${problems.length} problems`;
  console.log([summary, ...problems].join("\n"));
  await strowger.noCalls(GIVEN_UP_WITHIN_MS);
  // A frame of the journal that a kill has torn is passed over: nothing of its turn has left.
  expect(strowger.log()).not.toMatch(/could not be taken over|cannot be written down/);
  return problems;
}

function passes(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
