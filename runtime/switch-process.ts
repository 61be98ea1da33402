/** The switch as a process: reads the configuration, runs the app, and ends with an exit code that says why. */
import { parseArgs } from "node:util";
import { type App, createApp } from "./app.ts";
import { printBanner } from "./banner.ts";
import { AppError, ConfigError } from "./base/errors.ts";
import { loadConfig } from "./config/load.ts";
import { createLog } from "./observe/log.ts";

const DEFAULT_CONFIG = "strowger.yaml";
const BAD_CONFIG = 2;
/** Longer than connections and pending writes take: after it something hangs. */
const STOP_MS = 10_000;
const FAILED = 1;

const log = createLog();

// Whoever read what is printed here may be gone, which must not cost the calls that are up.
for (const output of [process.stdout, process.stderr]) output.on("error", () => {});

async function start(): Promise<App> {
  const { config: named, inspectPort } = readArguments();
  const file = named ?? DEFAULT_CONFIG;
  const config = await loadConfig(file, { optional: named === undefined });
  const app = await createApp({ config, configFile: file, log, inspectPort });
  await app.start();
  return app;
}

/** The file that the command line names, and what `strowger dev` adds: where scripts may be debugged. */
function readArguments(): { readonly config: string | undefined; readonly inspectPort: number | undefined } {
  try {
    const options = { config: { type: "string" }, "inspect-scripts": { type: "string" } } as const;
    const { config, "inspect-scripts": port } = parseArgs({ options }).values;
    return { config, inspectPort: port === undefined ? undefined : Number(port) };
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message.replace(/\.?$/, ".") : String(cause);
    throw new ConfigError("config-invalid", `${problem} The one option there is: --config FILE`, [], { cause });
  }
}

function exitCodeOf(error: unknown): number {
  return error instanceof ConfigError && error.code === "config-invalid" ? BAD_CONFIG : FAILED;
}

function report(error: unknown): void {
  if (error instanceof AppError) console.error(error.message);
  else log.error("The switch could not start", { error });
}

try {
  const app = await start();
  let stopping = false;
  const stop = (keepCalls: boolean): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error("The switch has not stopped in time and is ended", { seconds: STOP_MS / 1000 });
      process.exit(FAILED);
    }, STOP_MS);
    app.stop({ keepCalls }).then(
      () => process.exit(0),
      (error: unknown) => {
        log.error("The switch could not stop cleanly", { error });
        process.exit(FAILED);
      },
    );
  };
  process.on("SIGTERM", () => stop(true));
  // Somebody at a terminal: nobody starts it again.
  process.on("SIGINT", () => stop(false));
  // The parent is gone: nobody would start us again or pass signals on.
  process.on("disconnect", () => stop(true));
  process.on("SIGHUP", () => {
    app.reload().then(
      ({ warnings }) => log.info("The configuration has been read again", { warnings }),
      (error: unknown) =>
        log.error("The configuration was not taken over", { reason: error instanceof Error ? error.message : error }),
    );
  });
  // A promise that nobody waits for is a bug of ours; it must not cost the calls that are up.
  process.on("unhandledRejection", (error) => log.error("A promise was rejected and nobody listened", { error }));
  printBanner(app.about);
  process.send?.({ about: app.about });
  process.send?.("ready");
} catch (error) {
  report(error);
  process.exit(exitCodeOf(error));
}
