/** A development session: every script is deployed, and again when a file of it has changed; what it prints is shown. */
import { readFileSync } from "node:fs";
import type { About } from "../../contract/about.ts";
import { ApiClient, at } from "../api-client.ts";
import { follow } from "../commands/tail.ts";
import { showDiagnostics } from "../diagnostics.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { type Output, paint } from "../output.ts";
import { printable } from "../table.ts";
import { DevScript, type Synced } from "./dev-script.ts";
import type { DevSwitch, LogEntry } from "./dev-switch.ts";
import { FileWatch } from "./file-watch.ts";

/** What people see of the tail: the rest they have asked for themselves, by saving a file. */
const SHOWN = { type: "log,fault" };
const WARNING = 40;
const ERROR = 50;

export interface Development {
  readonly out: Output;
  readonly paths: readonly string[];
  /** Where the configuration declares its tokens, and so none lies in a file. */
  readonly token: string | undefined;
  readonly ended: AbortSignal;
}

/** Resolves at the end of `ended`. Fails where the switch ends by itself. */
export async function develop(strowger: DevSwitch, { out, paths, token, ended }: Development): Promise<void> {
  const { http, tokenFile } = strowger.about;
  const api = new ApiClient({ url: http, token: tokenFile === null ? token : readFileSync(tokenFile, "utf8").trim() });
  const scripts = paths.map((path) => new DevScript(path));
  const followed = new Set<string>();
  const watch = new FileWatch(() => take());
  const failed = Promise.withResolvers<never>();

  const syncAll = async (): Promise<void> => {
    for (const script of scripts) {
      const synced = await script.sync(api);
      tell(out, script, synced);
      if (synced.type !== "deployed" || followed.has(script.name)) continue;
      followed.add(script.name);
      // From the beginning: a call may have come before the stream has.
      follow({ api, out }, at`/v1/scripts/${script.name}/tail`, SHOWN, ended, "0").catch(failed.reject);
    }
    if (watch.folders(new Set(scripts.flatMap(({ folders }) => folders)))) take();
  };
  let turn: Promise<void> = Promise.resolve();
  const take = (): void => {
    turn = turn.then(async () => {
      if (!ended.aborted) await syncAll();
    });
    turn.catch(failed.reject);
  };

  take();
  try {
    await Promise.race([aborted(ended), failed.promise, strowger.exited.then(endedByItself)]);
  } finally {
    watch.close();
  }
}

/** Where everything is, before the first script. */
export function tellReady(out: Output, about: About, isTemporary: boolean): void {
  const { sip, http, tokenFile, accounts, domain, inspector } = about;
  out.line({ type: "ready", sip, domain, http, tokenFile, accounts, inspector, isTemporary }, () => {
    const kept = isTemporary ? "; what it keeps is gone when it ends" : "";
    const lines = [
      `Strowger runs for development${kept}.`,
      "",
      `  SIP       ${sip.join("  ")}`,
      `  API       ${http}${tokenFile === null ? "" : `   token in ${tokenFile}`}`,
      ...accounts.map(
        ({ name, extension, password }, index) =>
          `  ${index === 0 ? "Accounts" : "        "}  sip:${name}@${domain}   extension ${extension}   password ${password}`,
      ),
      ...(inspector === null ? [] : [`  Debugger  chrome://inspect, or an editor, at ${inspector}`]),
      "",
      "Every saved file is deployed. Ctrl-C ends it.",
      "",
    ];
    return lines.join("\n");
  });
}

/** What a developer ought to know of the switch itself; faults of scripts are in the tail. */
export function tellLog(out: Output, entry: LogEntry): void {
  const { level, msg, time: _time, ...fields } = entry;
  const isFault = typeof fields.script === "string" && typeof fields.reason === "string";
  if (level < WARNING || isFault) return;
  const what = level >= ERROR ? paint("red", "switch", process.stderr) : paint("yellow", "switch", process.stderr);
  out.note(`${what} ${printable(msg)} ${printable(JSON.stringify(fields))}`);
}

function tell(out: Output, { path, name }: DevScript, synced: Synced): void {
  switch (synced.type) {
    case "same":
      return;
    case "deployed": {
      const { deployed, script } = synced;
      const { version, handlers, diagnostics } = deployed;
      if (diagnostics.length > 0) out.note(showDiagnostics(diagnostics, script));
      out.line(
        { type: "deployed", script: name, version, handlers, diagnostics },
        () => `${paint("green", `${name} v${version} is live`)}; it handles ${handlers.join(", ")}.`,
      );
      return;
    }
    case "refused": {
      const { why, diagnostics, script } = synced;
      if (script !== null && diagnostics.length > 0) out.note(showDiagnostics(diagnostics, script));
      out.line({ type: "refused", script: name, detail: why, errors: diagnostics }, () => {
        // What is wrong with its text was shown.
        const reason = diagnostics.length > 0 ? "" : `: ${printable(why)}`;
        return `${paint("red", `${path} is not deployed`)}${reason}. What was live goes on.`;
      });
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function endedByItself(code: number | null): never {
  throw new CommandFailure(`the switch has ended by itself (exit code ${code ?? "unknown"})`, exitCodes.failed);
}
