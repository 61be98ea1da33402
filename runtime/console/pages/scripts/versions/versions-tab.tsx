/** Which versions there are, how they do, who gets the calls, and what differs. */
import { useSignal } from "@preact/signals";
import { useResource } from "../../../api/resource.ts";
import { can } from "../../../app/session.ts";
import { Notice } from "../../../components/notice.tsx";
import { readStats, type Standing } from "../api.ts";
import type { Workspace } from "../code/workspace.ts";
import type { VersionStats } from "../health.ts";
import { DiffPanel } from "./diff-panel.tsx";
import { HistoryPanel } from "./history-panel.tsx";
import { LivePanel } from "./live-panel.tsx";
import { SplitForm } from "./split-form.tsx";
import { VersionTable } from "./version-table.tsx";

const REFRESH_MS = 5_000;

interface VersionsTabProps {
  readonly workspace: Workspace;
  readonly standing: Standing;
  changed(): Promise<void>;
}

export function VersionsTab({ workspace, standing, changed }: VersionsTabProps) {
  const name = workspace.script;
  const read = useResource((signal) => readStats(name, signal), [name], { everyMs: REFRESH_MS });
  const loaded = read.loaded.value;
  const stats: readonly VersionStats[] = loaded.state === "ready" ? loaded.body.versions : [];
  const compared = useSignal<number | null>(null);
  return (
    <div class="stack">
      {loaded.state === "failed" && <Notice kind="bad">{loaded.error.message}</Notice>}
      <section class="panel" aria-label="Live versions">
        <header>
          <h2>Live</h2>
          {loaded.state === "ready" && (
            <span class="quiet small">figures since {new Date(loaded.body.since).toLocaleString("en-GB")}</span>
          )}
        </header>
        <div class="body stack">
          <LivePanel standing={standing} stats={stats} />
          {can("deploy") && <SplitForm name={name} standing={standing} changed={changed} />}
        </div>
      </section>
      <section class="panel" aria-label="Versions">
        <header>
          <h2>Versions</h2>
        </header>
        <VersionTable
          name={name}
          standing={standing}
          stats={stats}
          changed={changed}
          onCompare={(version) => {
            compared.value = version;
          }}
        />
      </section>
      <DiffPanel workspace={workspace} standing={standing} wanted={compared} />
      <HistoryPanel history={standing.history} />
    </div>
  );
}
