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
const NODE_OPTIONS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=32"];
/** A switch that dies sooner than this has a fault that a restart alone does not mend: wait, a little longer each time. */
const HEALTHY_MS = 10_000;
const LONGEST_DELAY_MS = 10_000;

let child: ChildProcess | null = null;
let stopping = false;
let quickDeaths = 0;

function run(): void {
  const startedAt = Date.now();
  let wasReady = false;
  child = spawn(process.execPath, [...NODE_OPTIONS, SWITCH_PROCESS, ...process.argv.slice(2)], {
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  child.on("message", (message) => {
    if (message === "ready") wasReady = true;
  });
  child.on("exit", (code, signal) => {
    child = null;
    if (stopping || code === 0 || !wasReady) {
      process.exitCode = code ?? (stopping ? 0 : 1);
      return;
    }
    quickDeaths = Date.now() - startedAt < HEALTHY_MS ? quickDeaths + 1 : 0;
    const delayMs = quickDeaths === 0 ? 0 : Math.min(100 * 2 ** quickDeaths, LONGEST_DELAY_MS);
    console.error(`The switch has died (${signal ?? `exit code ${code}`}); starting it again in ${delayMs} ms.`);
    setTimeout(() => {
      if (!stopping) run();
    }, delayMs);
  });
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    stopping = true;
    if (child === null) process.exit(0);
    child.kill("SIGTERM");
  });
}
process.on("SIGHUP", () => child?.kill("SIGHUP"));

run();
