/** `strowger upgrade`: lets the version that is on the disk take the place of the one that runs, and waits for it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import type { UpgradeBody } from "../../contract/operation-api.ts";
import type { ApiClient } from "../api-client.ts";
import { CommandFailure } from "../failure.ts";
import type { Output } from "../output.ts";
import { openSession } from "../session.ts";

const PATH = "/v1/upgrade";
const POLL_MS = 200;
/** Longer than the parent gives both processes together (`upgrade/hand-over.ts`). */
const LONGEST_MS = 240_000;

export function defineUpgrade(program: Command): void {
  program
    .command("upgrade")
    .description("let the version that is on the disk now take the place of the one that runs; calls go on")
    .option("--status", "show how the last one went, and change nothing")
    .action(async (options: { readonly status?: true }, command: Command) => {
      const { api, out } = openSession(command);
      if (options.status === true) {
        const upgrade = await api.call<UpgradeBody>(PATH, { method: "GET" });
        out.result(upgrade, () => describe(upgrade));
        return;
      }
      const begun = await api.call<UpgradeBody>(PATH, { method: "POST" });
      const upgrade = await waitFor(api, out, begun);
      if (upgrade.state === "failed") {
        if (out.json) out.result(upgrade, () => "");
        throw new CommandFailure(`the upgrade has failed: ${upgrade.reason}; version ${upgrade.version} serves`);
      }
      out.result(upgrade, () => describe(upgrade));
    });
}

/** Until this one is over. That nobody answers for a moment is part of it. */
async function waitFor(api: ApiClient, out: Output, begun: UpgradeBody): Promise<UpgradeBody> {
  const until = performance.now() + LONGEST_MS;
  let upgrade = begun;
  let told = "";
  for (;;) {
    // Asked while it was already over, another process may have begun the next one.
    if (upgrade.startedAt !== begun.startedAt || isOver(upgrade)) return upgrade;
    if (upgrade.state !== told && !out.json) out.note(describe(upgrade));
    told = upgrade.state;
    await sleep(POLL_MS);
    try {
      upgrade = await api.call<UpgradeBody>(PATH, { method: "GET" });
    } catch (error) {
      if (performance.now() > until) throw error;
    }
    if (performance.now() > until)
      throw new CommandFailure("the upgrade is not over yet: look at the log of the switch");
  }
}

function isOver({ state }: UpgradeBody): boolean {
  return state === "done" || state === "failed";
}

function describe({ state, version, from, to, calls, pauseSeconds, reason, endedAt }: UpgradeBody): string {
  switch (state) {
    case "none":
      return `Version ${version} serves; it has replaced no other one since the start.`;
    case "preparing":
      return `Version ${from} serves, and the new one gets ready ...`;
    case "handing-over":
      return `Version ${from} hands over to ${to} ...`;
    case "done":
      return `Version ${to} has taken over ${calls === 1 ? "1 call" : `${calls} calls`} from ${from}; new requests waited ${pauseSeconds ?? "?"} s.`;
    case "failed":
      return `The upgrade of ${endedAt} has failed: ${reason}. Version ${version} serves.`;
  }
}
