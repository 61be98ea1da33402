/** Whether the clock is right: certificates, nonces, schedules and records depend on it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Found, ok, problem, warning } from "../finding.ts";
import type { Subject } from "../subject.ts";

const run = promisify(execFile);
const PROBE_MS = 3_000;
/** This program is not older. */
const EARLIEST = Date.UTC(2026, 0, 1);
/** What a file system rounds, and a little more. */
const TOLERANCE_MS = 60_000;
const CONTAINER_MARKS = ["/.dockerenv", "/run/.containerenv"];

export async function checkClock({ config, now }: Subject): Promise<readonly Found[]> {
  if (now < EARLIEST) {
    return [problem("clock", `it says ${new Date(now).toISOString()}`, "set it, and have it kept right (chrony)")];
  }
  return [await synchronised(), ...(await setBack(config.data, now))];
}

async function synchronised(): Promise<Found> {
  if (CONTAINER_MARKS.some((mark) => existsSync(mark))) return ok("clock", "it is that of the host of this container");
  if (existsSync("/run/systemd/timesync/synchronized")) return ok("clock", "it is kept right (systemd-timesyncd)");
  const said = await run("timedatectl", ["show", "-p", "NTPSynchronized", "--value"], { timeout: PROBE_MS })
    .then(({ stdout }) => stdout.trim())
    .catch(() => "");
  if (said === "yes") return ok("clock", "it is kept right");
  const advice = "run chrony or systemd-timesyncd";
  if (said === "no") return warning("clock", "nobody keeps it right", advice);
  return warning("clock", "whether somebody keeps it right cannot be told here", `see that somebody does: ${advice}`);
}

/** What was written later than now was written before the clock was set back. */
async function setBack(data: string, now: number): Promise<readonly Found[]> {
  const names = await readdir(data).catch(() => []);
  const times = await Promise.all(
    names.map((name) =>
      stat(join(data, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  const latest = Math.max(0, ...times);
  if (latest < now + TOLERANCE_MS) return [];
  const what = `files in ${data} are of ${new Date(latest).toISOString()}: the clock was set back`;
  return [warning("clock", what, "see that it is right now; registrations and records may have wrong times")];
}
