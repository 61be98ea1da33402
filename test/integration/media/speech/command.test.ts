import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { TimerWheel } from "../../../../runtime/base/timer-wheel.ts";
import { CommandDriver, DEADLINE_MS } from "../../../../runtime/media/speech/command.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { until } from "../../../helpers/until.ts";

const folder = mkdtempSync(join(tmpdir(), "speech-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

const program = new URL("speaking-program.ts", import.meta.url).pathname;

function createDriver(...args: string[]): CommandDriver {
  return new CommandDriver({ clock: new TimerWheel(), command: [process.execPath, program, ...args] });
}

const hello = { text: "Hello; rm -rf / $(id)", voice: null, language: null };

async function problemOf(driver: CommandDriver) {
  const spoken = await driver.speak(hello);
  return spoken.ok ? null : spoken.problem;
}

describe("speech by a program of the operator's", () => {
  it("has the text on its input, voice and language in its arguments, no shell and none of our environment", async () => {
    const file = join(folder, "told.json");
    process.env.SPEECH_TEST_SECRET = "hidden";
    const driver = createDriver("tell", file, "--voice={voice}", "-l", "{language}");
    expect(await driver.speak({ ...hello, voice: "anna", language: "de-AT" })).toMatchObject({ ok: true });
    const { text, args, env } = JSON.parse(readFileSync(file, "utf8"));
    expect(text).toBe("Hello; rm -rf / $(id)\n");
    expect(args).toEqual(["--voice=anna", "-l", "de-AT"]);
    expect(env).not.toHaveProperty("SPEECH_TEST_SECRET");
    await driver.speak(hello);
    expect(JSON.parse(readFileSync(file, "utf8")).args).toEqual(["--voice=", "-l", "en"]);
  });

  it("says what the program said when it fails", async () => {
    expect(await problemOf(createDriver("fail"))).toEqual({
      type: "failed",
      message: `The program of media.speech.command, ${process.execPath}, failed: exit code 3. It said: no such model`,
    });
  });

  it("says that there is no such program", async () => {
    const driver = new CommandDriver({ clock: new TimerWheel(), command: ["/nowhere/speak"] });
    expect(await problemOf(driver)).toMatchObject({ type: "failed", message: expect.stringContaining("ENOENT") });
  });

  it("stops a program that writes without end", async () => {
    expect(await problemOf(createDriver("flood"))).toMatchObject({
      type: "failed",
      message: expect.stringContaining("it wrote more than 18874368 bytes"),
    });
  });

  it.each(["deadline", "close"] as const)(
    "ends a program that hangs, with all that it has started, at its %s",
    async (by) => {
      const file = join(folder, `${by}.pid`);
      const clock = new VirtualClock();
      const driver = new CommandDriver({ clock, command: [process.execPath, program, "hang", file] });
      const stuck = problemOf(driver);
      const pid = await until("the program to start another", () => readPid(file));
      if (by === "deadline") clock.advance(DEADLINE_MS);
      else driver.close();
      expect(await stuck).toMatchObject({ type: by === "deadline" ? "timeout" : "failed" });
      await until(`the end of process ${pid}`, () => !isRunning(pid));
      expect(clock.pending).toBe(0);
    },
  );
});

function readPid(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8") || undefined;
  } catch {
    return undefined;
  }
}

/** A process that has ended, and that nobody has asked for, is still there in name. */
function isRunning(pid: string): boolean {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", pid], { encoding: "utf8" });
  return stdout.trim() !== "" && !stdout.startsWith("Z");
}
