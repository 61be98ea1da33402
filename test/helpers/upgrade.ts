/** Upgrades of a running switch, and a program of its own on the disk whose files a test may change. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { UpgradeView } from "../../runtime/port/upgrade.ts";
import { descendantsOf } from "./process-tree.ts";
import { repoRoot } from "./repo-root.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

/** Another switch is started beside the running one. */
const UPGRADE_MS = 90_000;

/** Upgrades the switch over its API, and resolves with how that went. */
export async function upgrade(strowger: RunningSwitch): Promise<UpgradeView> {
  const begun = await strowger.api("POST", "/v1/upgrade");
  if (begun.status !== 202) throw new Error(`The upgrade was refused: ${JSON.stringify(begun.body)}`);
  return outcomeOf(strowger, begun.body.startedAt);
}

export function outcomeOf(strowger: RunningSwitch, startedAt: string): Promise<UpgradeView> {
  return until("the end of the upgrade", () => viewOf(strowger, startedAt), UPGRADE_MS);
}

async function viewOf(strowger: RunningSwitch, startedAt: string): Promise<UpgradeView | undefined> {
  // The connection that is kept alive ends with the old process.
  const answer = await strowger.api("GET", "/v1/upgrade").catch(() => undefined);
  const view: UpgradeView | undefined = answer?.body;
  return view?.startedAt === startedAt && (view.state === "done" || view.state === "failed") ? view : undefined;
}

/** The processes of the switch below its parent: one, or two while it is upgraded. */
export function switchProcesses(strowger: RunningSwitch): number[] {
  return descendantsOf(strowger.pid)
    .filter(({ command }) => command.includes("switch-process"))
    .map(({ pid }) => pid);
}

/** A copy of the program: below the repository, so that it finds what is installed there. */
export class ProgramOnDisk {
  readonly root = mkdtempSync(join(repoRoot, ".program-"));

  constructor() {
    for (const part of ["runtime", "sdk", "scripts", "package.json"]) {
      cpSync(join(repoRoot, part), join(this.root, part), { recursive: true });
    }
  }

  /** Puts `after` in the place of `before`, which must be there. */
  change(file: string, before: string, after: string): void {
    const path = join(this.root, file);
    const text = readFileSync(path, "utf8");
    if (!text.includes(before)) throw new Error(`${file} has no ${before}`);
    writeFileSync(
      path,
      text.replace(before, () => after),
    );
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
