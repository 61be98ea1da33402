/** `strowger dev`: a switch for development, with scripts that are deployed again whenever they are saved. */
import { type Command, InvalidArgumentError } from "commander";
import { openHome } from "../dev/dev-home.ts";
import { DevScript } from "../dev/dev-script.ts";
import { DevSwitch, type LogEntry } from "../dev/dev-switch.ts";
import { develop, tellLog, tellReady } from "../dev/develop.ts";
import { Output } from "../output.ts";

const INSPECT_PORT = 9229;

interface DevOptions {
  readonly config?: string;
  readonly sipPort: number;
  readonly httpPort: number;
  /** `true`: at the usual port. */
  readonly inspect?: number | true;
}

export function defineDev(program: Command): void {
  program
    .command("dev")
    .description("run a switch for development: scripts are deployed again whenever they are saved")
    .argument("<file-or-folder...>", "scripts; the first gets the calls where there is no strowger.yaml")
    .option("--config <file>", "configuration file (default: strowger.yaml, else a switch that is gone afterwards)")
    .option("--sip-port <port>", "where there is no strowger.yaml", parsePort, 5060)
    .option("--http-port <port>", "where there is no strowger.yaml", parsePort, 8080)
    .option(
      "--inspect [port]",
      `let Chrome DevTools or an editor debug the scripts (default: ${INSPECT_PORT})`,
      parsePort,
    )
    .action(async (paths: readonly string[], options: DevOptions, command: Command) => {
      const { json, token } = command.optsWithGlobals<{ json?: boolean; token?: string }>();
      const out = new Output(json === true);
      const ended = new AbortController();
      // A terminal tells all its processes, and a parent that passes signals on tells again.
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ended.abort());
      await run(paths, options, out, token ?? process.env.STROWGER_TOKEN, ended.signal);
    });
}

async function run(
  paths: readonly string[],
  { config, sipPort, httpPort, inspect }: DevOptions,
  out: Output,
  token: string | undefined,
  ended: AbortSignal,
): Promise<void> {
  const [first = ""] = paths;
  const home = openHome({ config, sipPort, httpPort }, new DevScript(first).name);
  try {
    const inspectPort = inspect === true ? INSPECT_PORT : inspect;
    const onLog = (entry: LogEntry): void => {
      // A terminal ends script hosts together with the switch, which need not be told.
      if (!ended.aborted) tellLog(out, entry);
    };
    const strowger = await DevSwitch.start({ configFile: home.configFile, inspectPort, ended, onLog });
    try {
      tellReady(out, strowger.about, home.isTemporary);
      await develop(strowger, { out, paths, token, ended });
    } finally {
      await strowger.stop();
    }
  } catch (error) {
    // Whatever broke off at the end was meant to.
    if (!ended.aborted) throw error;
  } finally {
    home.remove();
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError("It is a port, 0 to 65535; write --inspect=9229, or --inspect after the files.");
}
