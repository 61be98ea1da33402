/**
 * What `npm start` runs: a small parent that starts the switch as its child, passes signals on, and starts it again at
 * once should it die. It holds no socket, so it has nothing to lose.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const SWITCH_PROCESS = fileURLToPath(new URL("switch-process.ts", import.meta.url));
/**
 * A transaction outlives 32 s of traffic: a larger young generation keeps the short-lived strings of a message from being
 * moved with it. Our TypeScript runs as it is written, and SQLite and type stripping are the runtime's own.
 */
const NODE_OPTIONS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=64"];
/** A switch that dies sooner than this has a fault that a restart alone does not mend: wait, a little longer each time. */
const HEALTHY_MS = 10_000;
const LONGEST_DELAY_MS = 10_000;

let child: ChildProcess | null = null;
let isReady = false;
/** Until a switch has come up once, its end is a start that failed: nothing that trying again would mend. */
let hasBeenReady = false;
let mustReload = false;
let stopping = false;
let quickDeaths = 0;

function run(): void {
  const startedAt = Date.now();
  try {
    watch(start(), startedAt);
  } catch (error) {
    // A machine that is short of memory now may have some later.
    ended({ startedAt, code: null, reason: String(error) });
  }
}

function start(): ChildProcess {
  return spawn(process.execPath, [...NODE_OPTIONS, SWITCH_PROCESS, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
}

function watch(started: ChildProcess, startedAt: number): void {
  child = started;
  started.on("message", (message) => {
    if (message === "ready") becomeReady(started);
  });
  started.on("error", (error) => {
    // Only without a process number there will be no exit.
    if (started.pid === undefined) ended({ startedAt, code: null, reason: error.message });
  });
  started.on("exit", (code, signal) => ended({ startedAt, code, reason: signal ?? `exit code ${code}` }));
}

function becomeReady(started: ChildProcess): void {
  isReady = true;
  hasBeenReady = true;
  if (mustReload) started.kill("SIGHUP");
  mustReload = false;
}

function ended(end: { readonly startedAt: number; readonly code: number | null; readonly reason: string }): void {
  child = null;
  isReady = false;
  if (stopping || end.code === 0 || !hasBeenReady) {
    if (!stopping && end.code === null) console.error(`The switch has died before it was ready (${end.reason}).`);
    process.exitCode = end.code ?? (stopping ? 0 : 1);
    return;
  }
  quickDeaths = Date.now() - end.startedAt < HEALTHY_MS ? quickDeaths + 1 : 0;
  const delayMs = quickDeaths === 0 ? 0 : Math.min(100 * 2 ** quickDeaths, LONGEST_DELAY_MS);
  console.error(`The switch has died (${end.reason}); starting it again in ${delayMs} ms.`);
  setTimeout(() => {
    if (!stopping) run();
  }, delayMs);
}

// Whoever read what is printed here may be gone, which is no reason to leave the switch alone.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    stopping = true;
    if (child === null) process.exit(0);
    child.kill(signal);
  });
}
process.on("SIGHUP", () => {
  // A switch that still starts has no ear for signals, and may have read the file already.
  if (isReady) child?.kill("SIGHUP");
  else mustReload = true;
});

run();
