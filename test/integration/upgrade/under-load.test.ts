import { expect, it, onTestFinished } from "vitest";
import { hasPrograms } from "../../helpers/require-program.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { upgradeUnderLoad } from "../../helpers/upgraded-under-load.ts";

/** A machine that does other things as well bears as many; more by `RATE=250 SECONDS=40 UPGRADES=6`. */
const RATE = Number(process.env.RATE ?? 60);
const SECONDS = Number(process.env.SECONDS ?? 15);
const UPGRADES = Number(process.env.UPGRADES ?? 1);

it.runIf(hasPrograms("sipp"))(
  `A switch that is upgraded at ${RATE} calls a second misses no request, and writes one record of each call`,
  async () => {
    const strowger = await startSwitch();
    onTestFinished(() => strowger.stop());
    const { sipp, upgrades, records, calls } = await upgradeUnderLoad(strowger, {
      rate: RATE,
      seconds: SECONDS,
      upgrades: UPGRADES,
    });
    for (const { calls: taken, pauseSeconds } of upgrades) {
      console.log(`${RATE} calls a second, ${taken} up: new requests have waited ${pauseSeconds} s`);
    }
    expect(upgrades.map(({ state }) => state)).toEqual(upgrades.map(() => "done"));
    expect(upgrades[0]?.calls).toBeGreaterThan(RATE);
    expect(sipp.callers).toMatchObject({ successful: calls, failed: 0 });
    expect(sipp.callees).toMatchObject({ successful: calls, failed: 0 });
    expect(records).toEqual({ all: calls, answered: calls });
  },
  300_000,
);
