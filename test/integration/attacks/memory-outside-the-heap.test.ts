import { afterEach, describe, expect, it } from "vitest";
import { ScriptRunner } from "../sandbox/script-runner.ts";
import { Neighbour } from "./bombs/neighbour.ts";

const HOST_MB = 240;
const FORMATS = "new Intl.DateTimeFormat('de', { dateStyle: 'full', timeStyle: 'full' }), new Intl.Collator('de')";
const runners: ScriptRunner[] = [];

async function startRunner(eventMs: number): Promise<ScriptRunner> {
  const runner = new ScriptRunner({ eventMs, cpuMs: 20_000, hostMemoryMB: HOST_MB });
  runners.push(runner);
  await runner.sandbox.start();
  await runner.allHosts();
  return runner;
}

afterEach(async () => {
  for (const runner of runners.splice(0)) await runner.sandbox.stop();
});

describe("a script that gathers memory which no heap counts", () => {
  it("little by little is named, though others run on the same host, also at the moment when that is found out", async () => {
    const runner = await startRunner(1000);
    const neighbour = new Neighbour(runner);
    neighbour.start();
    const hoard = runner.loadBody(
      "hoard",
      `for (let k = 0; k < 20; k++) kept.push(${FORMATS}); return kept.length;`,
      "const kept = [];",
    );
    for (let event = 0; event < 3000 && !runner.sandbox.isQuarantined(hoard); event++) {
      await runner.run(hoard);
      // Most of the time it is the neighbour that has run last, and that runs when the process is looked at.
      for (let calm = 0; calm < 20; calm++) await runner.run(neighbour.ref);
    }
    expect(runner.sandbox.isQuarantined(hoard)).toBe(true);
    await neighbour.stop();
    expect(runner.sandbox.isQuarantined(neighbour.ref)).toBe(false);
    expect(await runner.value(neighbour.ref, { callId: "later" })).toBe("later");
  });

  it("within one event is named, though others run on the same host", async () => {
    const runner = await startRunner(20_000);
    const neighbour = new Neighbour(runner);
    neighbour.start();
    const hoard = runner.loadBody("hoard", `const kept = []; for (;;) kept.push(${FORMATS});`);
    expect(await runner.fault(hoard)).toMatchObject({ reason: "memory", message: expect.stringContaining("hoard") });
    expect(runner.sandbox.isQuarantined(hoard)).toBe(true);
    await neighbour.stop();
    expect(runner.sandbox.isQuarantined(neighbour.ref)).toBe(false);
  });
});
