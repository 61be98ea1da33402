/**
 * What `npm start` runs: a small parent that starts the switch as its child, passes signals on, starts it again at once
 * should it die, and lets another version take its place (`upgrade/`). It listens nowhere, so it has nothing to lose.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { typeOf } from "./upgrade/messages.ts";
import { Upgrading } from "./upgrade/upgrading.ts";

const SWITCH_PROCESS = fileURLToPath(new URL("switch-process.ts", import.meta.url));
/**
 * A transaction outlives 32 s of traffic: a larger young generation keeps the short-lived strings of a message from being
 * moved with it, and nothing is taken for old before it is. The thread that waits for its collection does it alone
 * (`base/background-threads.ts`). Our TypeScript runs as it is written, SQLite and type stripping are the runtime's own, and
 * a socket is handed on by the name that Node has for it inside (DEP0112).
 */
const NODE_OPTIONS = [
  "--disable-warning=ExperimentalWarning",
  "--disable-warning=DEP0112",
  "--max-semi-space-size=64",
  "--no-allocation-site-pretenuring",
  "--no-parallel-scavenge",
];
/**
 * What Node has made of our files, so that the next start has to make it of none again: it takes a third off the time in
 * which calls wait for a switch that starts. Where nothing may be written there, starts take as long as the first.
 */
const NODE_COMPILE_CACHE = fileURLToPath(new URL("../node_modules/.cache/strowger", import.meta.url));
/** A switch that dies sooner than this has a fault that a restart alone does not mend: wait, a little longer each time. */
const HEALTHY_MS = 10_000;
const LONGEST_DELAY_MS = 10_000;

/** The switch: the process that serves, or is about to. */
let child: ChildProcess | null = null;
let startedAt = 0;
let version: string | undefined;
let isReady = false;
/** Until a switch has come up once, its end is a start that failed: nothing that trying again would mend. */
let hasBeenReady = false;
let mustReload = false;
let stopping = false;
let quickDeaths = 0;

const upgrading = new Upgrading({
  startNew: () => watch(start(["--take-place"])),
  succeed: serve,
  startAgain(reason) {
    // Calls wait: the first time that it dies it is started at once.
    startedAt = 0;
    ended({ code: null, reason });
  },
  say: (line) => console.error(line),
});

function run(): void {
  try {
    serve(watch(start([])));
  } catch (error) {
    // A machine that is short of memory now may have some later.
    ended({ code: null, reason: String(error) });
  }
}

function start(more: readonly string[]): ChildProcess {
  return spawn(process.execPath, [...NODE_OPTIONS, SWITCH_PROCESS, ...process.argv.slice(2), ...more], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { NODE_COMPILE_CACHE, ...process.env },
  });
}

function serve(started: ChildProcess): void {
  child = started;
  startedAt = Date.now();
  isReady = false;
}

function watch(started: ChildProcess): ChildProcess {
  // Node's type knows of sockets that it has made of a handle itself; those here are handles as they are.
  started.on("message", (message, handle) => heard(started, message, handle as never));
  started.on("error", (error) => {
    // Only without a process number there will be no exit.
    if (started.pid === undefined) exited(started, null, error.message);
  });
  started.on("exit", (code, signal) => exited(started, code, signal ?? `exit code ${code}`));
  return started;
}

function heard(from: ChildProcess, message: unknown, handle: Parameters<Upgrading["heard"]>[2]): void {
  upgrading.heard(from, message, handle);
  if (from !== child) return;
  if (message === "ready") becomeReady(from);
  else if (typeOf(message) === "serving") version = (message as { readonly version: string }).version;
  else if (typeOf(message) === "upgrade") upgrading.begin(from, version);
}

function becomeReady(started: ChildProcess): void {
  isReady = true;
  hasBeenReady = true;
  upgrading.tell(started);
  if (mustReload) started.kill("SIGHUP");
  mustReload = false;
}

function exited(gone: ChildProcess, code: number | null, reason: string): void {
  if (!upgrading.ended(gone, reason) && gone === child) ended({ code, reason });
}

function ended(end: { readonly code: number | null; readonly reason: string }): void {
  child = null;
  isReady = false;
  if (stopping || end.code === 0 || !hasBeenReady) {
    if (!stopping && end.code === null) console.error(`The switch has died before it was ready (${end.reason}).`);
    process.exitCode = end.code ?? (stopping ? 0 : 1);
    return;
  }
  quickDeaths = Date.now() - startedAt < HEALTHY_MS ? quickDeaths + 1 : 0;
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
    upgrading.stop();
    if (child === null) process.exit(0);
    child.kill(signal);
  });
}
process.on("SIGHUP", () => {
  // A switch that still starts has no ear for signals, and may have read the file already.
  if (isReady) child?.kill("SIGHUP");
  else mustReload = true;
});
process.on("SIGUSR2", () => {
  if (isReady && child !== null) upgrading.begin(child, version);
  else console.error("The switch is not ready yet: there is nothing to be upgraded.");
});

run();
