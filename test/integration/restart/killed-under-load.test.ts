import { expect, it, onTestFinished } from "vitest";
import { killUnderLoad } from "../../helpers/killed-under-load.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { startSwitch } from "../../helpers/switch.ts";

/** More by `CALLS=1000`. */
const CALLS = Number(process.env.CALLS ?? 200);

it.runIf(hasPrograms("sipp"))(
  `A switch that is killed with ${CALLS} calls up loses none of them, and writes one record of each`,
  async () => {
    const strowger = await startSwitch();
    onTestFinished(() => strowger.stop());
    const { sipp, records, deafMs } = await killUnderLoad(strowger, CALLS);
    console.log(`${CALLS} calls up: ${Math.round(deafMs)} ms from the kill to the first answer within a call`);
    expect(sipp).toEqual([0, 0]);
    expect(records).toEqual({ all: CALLS + 1, answered: CALLS + 1, short: 0 });
    expect(strowger.log()).not.toContain("could not");
  },
  240_000,
);
