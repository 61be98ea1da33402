import { existsSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { skip } from "../../helpers/require-program.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { aNewCallWorks, CallThatIsUp, linesWith, metric } from "./world.ts";

/** Debian's faketime: the wall clock is what a file says, and the monotonic clock is left alone. */
const library = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
  .map((machine) => join("/usr/lib", machine, "faketime", "libfaketime.so.1"))
  .find((path) => existsSync(path));

describe.runIf(library !== undefined || skip("faketime is not installed (see test/README.md)"))(
  "When the clock of the machine is set",
  () => {
    const file = join(tmpdir(), `strowger-clock-${process.pid}`);
    const set = (by: string): void => writeFileSync(file, by);
    set("+0");
    afterAll(() => rmSync(file, { force: true }));

    it.each([
      ["forward", "+1h"],
      ["back", "-1h"],
    ])(
      "%s by an hour, no call is lost, no registration runs out, and no call gets longer or shorter by it",
      async (_, by) => {
        set("+0");
        const strowger = await startSwitch(
          {},
          {
            LD_PRELOAD: library,
            FAKETIME_TIMESTAMP_FILE: file,
            FAKETIME_NO_CACHE: "1",
            FAKETIME_DONT_FAKE_MONOTONIC: "1",
            FAKETIME_DONT_RESET: "1",
          },
        );
        try {
          const alice = await rawPhone(strowger, "alice");
          expect((await register(alice, { user: "alice", expires: "300" })).status).toBe(200);
          const call = await CallThatIsUp.begin(strowger);
          set(by);
          await until(
            "the switch to know",
            () => linesWith(strowger, "The clock of this machine was set") === 1,
            10_000,
          );
          await call.works();
          await aNewCallWorks(strowger, call.callee);
          expect((await strowger.api("GET", "/v1/registrations")).body.items).toMatchObject([{ user: "alice" }]);
          expect(Math.abs(await metric(strowger, "strowger_clock_offset_seconds"))).toBeGreaterThan(3_500);
          await call.end();
          const cdrs = await until("the records", async () => {
            const all = await strowger.cdrs();
            return all.length === 2 && all;
          });
          for (const { seconds } of cdrs) expect(seconds).toBeLessThan(60);
          expect(linesWith(strowger, "The clock of this machine was set")).toBe(1);
        } finally {
          await strowger.stop();
        }
      },
    );
  },
);
