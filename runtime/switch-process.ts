/**
 * The switch as a process: reads the configuration, runs the app, and ends with an exit code that says why. What it is made
 * of is loaded when it starts and not before, so that a version that is broken can say so.
 */
import { parseArgs } from "node:util";
import type { App } from "./assemble/lifecycle.ts";
import { lowerBackgroundThreads } from "./base/background-threads.ts";
import { AppError, ConfigError } from "./base/errors.ts";
import type { Log } from "./base/log.ts";
import { ownVersion } from "./base/own-version.ts";
import { type Channel, UpgradeLink } from "./upgrade/child.ts";

const DEFAULT_CONFIG = "strowger.yaml";
const BAD_CONFIG = 2;
/** Longer than connections and pending writes take: after it something hangs. */
const STOP_MS = 10_000;
const FAILED = 1;
const DISK_FULL =
  "The switch cannot start: no space is left in its data folder (`data` in the configuration file). Free some.";

interface Arguments {
  readonly config: string | undefined;
  /** Where scripts may be debugged: what `strowger dev` adds. */
  readonly inspectPort: number | undefined;
  /** Another process serves until it hands over: what the parent adds for an upgrade. */
  readonly takesPlace: boolean;
}

lowerBackgroundThreads();
const link = process.send === undefined ? null : new UpgradeLink(process as Channel, ownVersion());

// Whoever read what is printed here may be gone, which must not cost the calls that are up.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

async function start(): Promise<void> {
  const { config: named, inspectPort, takesPlace } = readArguments();
  // Without a parent nobody says that it is our turn.
  const leave = (): void => process.exit(FAILED);
  if (takesPlace) process.on("disconnect", leave);
  const [{ createApp }, { printBanner }, { loadConfig }, { createLog }] = await Promise.all([
    import("./app.ts"),
    import("./banner.ts"),
    import("./config/load.ts"),
    import("./observe/log.ts"),
  ]);
  const log = createLog();
  const file = named ?? DEFAULT_CONFIG;
  const load = () => loadConfig(file, { optional: named === undefined });
  const config = await load();
  const app = await createApp({ config, configFile: file, log, inspectPort, parent: link, takesPlace });
  const { calls, servesSince } = await app.start();
  process.off("disconnect", leave);
  serve(app, log);
  printBanner(app.about);
  if (takesPlace) link?.takenOver(calls, servesSince);
  process.send?.({ about: app.about });
  process.send?.("ready");
  // The process before may have read it again while this one waited for its turn.
  const isAsItWas = async () => JSON.stringify(await load()) === JSON.stringify(config);
  if (takesPlace && !(await isAsItWas().catch(() => false))) reload(app, log);
}

function reload(app: App, log: Log): void {
  app.reload().then(
    ({ warnings }) => log.info("The configuration has been read again", { warnings }),
    (error: unknown) =>
      log.error("The configuration was not taken over", { reason: error instanceof Error ? error.message : error }),
  );
}

/** Until somebody ends it, or another process takes its place. */
function serve(app: App, log: Log): void {
  let stopping = false;
  /** Ends it in time, whatever hangs; `false`: it is ending already. */
  const begin = (): boolean => {
    if (stopping) return false;
    stopping = true;
    setTimeout(() => {
      log.error("The switch has not stopped in time and is ended", { seconds: STOP_MS / 1000 });
      process.exit(FAILED);
    }, STOP_MS);
    return true;
  };
  const failed = (error: unknown): never => {
    log.error("The switch could not stop cleanly", { error });
    process.exit(FAILED);
  };
  const stop = (keepCalls: boolean): void => {
    if (begin()) app.stop({ keepCalls }).then(() => process.exit(0), failed);
  };
  process.on("SIGTERM", () => stop(true));
  // Somebody at a terminal: nobody starts it again.
  process.on("SIGINT", () => stop(false));
  // The parent is gone: nobody would start us again or pass signals on.
  process.on("disconnect", () => stop(true));
  process.on("SIGHUP", () => reload(app, log));
  // Whoever signals the whole group, or this process, means the parent.
  process.on("SIGUSR2", async () => {
    if (link !== null && (await link.ask())) return;
    log.error("No parent has started this process that could start another version beside it: restart the switch");
  });
  // A promise that nobody waits for is a bug of ours; it must not cost the calls that are up.
  process.on("unhandledRejection", (error) => log.error("A promise was rejected and nobody listened", { error }));
  link?.serve({
    get sockets() {
      return app.sockets;
    },
    handOver: () => (begin() ? app.handOver().catch(failed) : new Promise(() => {})),
    end: () => process.exit(0),
  });
}

function readArguments(): Arguments {
  try {
    const options = {
      config: { type: "string" },
      "inspect-scripts": { type: "string" },
      "take-place": { type: "boolean" },
    } as const;
    const { config, "inspect-scripts": port, "take-place": takesPlace = false } = parseArgs({ options }).values;
    return { config, inspectPort: port === undefined ? undefined : Number(port), takesPlace };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.replace(/\.?$/, ".") : String(cause);
    throw new ConfigError("config-invalid", `${problem} The one option there is: --config FILE`, [], { cause });
  }
}

/** What Node cannot read begins with where that stands. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [place = ""] = (error.stack ?? "").split("\n", 1);
  return /:\d+$/.test(place) ? `${error.message} (${place})` : error.message;
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

function exitCodeOf(error: unknown): number {
  return error instanceof ConfigError && error.code === "config-invalid" ? BAD_CONFIG : FAILED;
}

try {
  await start();
} catch (error) {
  if (error instanceof AppError) console.error(error.message);
  else if (isDiskFull(error)) console.error(DISK_FULL);
  else console.error("The switch could not start:", error);
  await link?.refuse(reasonOf(error));
  process.exit(exitCodeOf(error));
}
