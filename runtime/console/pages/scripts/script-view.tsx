import { useSignal } from "@preact/signals";
import { useCallback, useEffect } from "preact/hooks";
import { query, setQuery, useLeaveGuard } from "../../app/router.ts";
import { can, canAll } from "../../app/session.ts";
import { Badge } from "../../components/badge.tsx";
import { Button } from "../../components/button.tsx";
import { showDialog } from "../../components/dialog-host.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { type Tab, Tabs } from "../../components/tabs.tsx";
import type { Standing } from "./api.ts";
import { askToDiscard, askToLeave } from "./code/ask.tsx";
import { check } from "./code/check.ts";
import { CodeTab } from "./code/code-tab.tsx";
import { DeployDialog } from "./code/deploy-dialog.tsx";
import type { Jump, Workspace } from "./code/workspace.ts";
import { DataTab } from "./data/data-tab.tsx";
import { ReplayTab } from "./replay/replay-tab.tsx";
import { TailTab } from "./tail/tail-tab.tsx";
import { sharesText } from "./versions/split.ts";
import { VersionsTab } from "./versions/versions-tab.tsx";

type TabId = "code" | "versions" | "tail" | "replay" | "data";

export interface ScriptViewProps {
  readonly workspace: Workspace;
  readonly standing: Standing | null;
  /** Reads the script anew; resolves when it is there. */
  reload(): Promise<void>;
  read(): Standing | null;
  /** What is live was changed from here. */
  changed(): Promise<void>;
}

export function ScriptView({ workspace, standing, reload, read, changed }: ScriptViewProps) {
  const tabs = tabsFor(standing);
  const tab = useSignal<TabId>(tabs.find(({ id }) => id === query.peek().get("tab"))?.id ?? "code");
  const isChecking = useSignal(false);
  useEffect(() => setQuery({ tab: tab.value === "code" ? null : tab.value, new: null }), [tab.value]);
  const mayLeave = useCallback(() => askToLeave(workspace), [workspace]);
  useLeaveGuard(workspace.isChanged.value && !workspace.isReadOnly, mayLeave);
  const goTo = (jump: Jump) => {
    if (workspace.goTo(jump)) tab.value = "code";
  };
  const checkNow = useCallback(async () => {
    if (isChecking.peek() || workspace.isReadOnly) return;
    tab.value = "code";
    isChecking.value = true;
    await check(workspace);
    isChecking.value = false;
  }, [workspace]);
  useEffect(() => onSaveKey(() => void checkNow()), [checkNow]);
  const deploy = () => {
    tab.value = "code";
    showDialog((close) => (
      <DeployDialog workspace={workspace} standing={standing} reload={reload} read={read} onClose={close} />
    ));
  };
  const discard = async () => {
    if (await askToDiscard(workspace)) workspace.discard();
  };
  return (
    <div class="page-full scripts-page">
      <PageHead title={<Title workspace={workspace} standing={standing} />}>
        {!workspace.isReadOnly && (
          <>
            {workspace.isChanged.value && (
              <Button kind="quiet" onClick={discard}>
                Discard draft
              </Button>
            )}
            <Button isBusy={isChecking.value} aria-keyshortcuts="Control+S Meta+S" onClick={checkNow}>
              Check
            </Button>
            <Button kind="primary" disabled={!workspace.isDirty.value} onClick={deploy}>
              {can("deploy") ? "Deploy …" : "Store …"}
            </Button>
          </>
        )}
      </PageHead>
      <Tabs label="What is shown of the script" tabs={tabs} selected={tab} />
      <div class="fill" hidden={tab.value !== "code"}>
        <CodeTab
          workspace={workspace}
          standing={standing}
          isShown={tab.value === "code"}
          onCompare={() => {
            tab.value = "versions";
          }}
        />
      </div>
      {tab.value !== "code" && standing !== null && (
        <div class="fill scripts-tab">
          {tab.value === "versions" && <VersionsTab workspace={workspace} standing={standing} changed={changed} />}
          {tab.value === "tail" && <TailTab name={workspace.script} onPlace={goTo} />}
          {tab.value === "replay" && <ReplayTab workspace={workspace} standing={standing} onPlace={goTo} />}
          {tab.value === "data" && <DataTab name={workspace.script} />}
        </div>
      )}
    </div>
  );
}

/** Ctrl-S and Cmd-S, wherever the focus is. Returns what ends it. */
function onSaveKey(save: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (document.querySelector("dialog[open]") === null) save();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function Title({ workspace, standing }: Pick<ScriptViewProps, "workspace" | "standing">) {
  const live = standing?.summary.active ?? [];
  return (
    <>
      {workspace.script}{" "}
      {live.length > 0 ? <Badge tone="good">{`live ${sharesText(live)}`}</Badge> : <Badge>not live</Badge>}{" "}
      {workspace.isDirty.value && !workspace.isReadOnly && <Badge tone="warn">draft</Badge>}
    </>
  );
}

function tabsFor(standing: Standing | null): Tab<TabId>[] {
  const all: (Tab<TabId> & { isOffered: boolean })[] = [
    { id: "code", title: "Code", isOffered: true },
    { id: "versions", title: "Versions", isOffered: standing !== null },
    { id: "tail", title: "Live tail", isOffered: standing !== null && can("logs:read") },
    { id: "replay", title: "Replay", isOffered: standing !== null && canAll(["calls:read", "scripts:read"]) },
    { id: "data", title: "Data", isOffered: standing !== null && (can("kv:read") || can("secrets:write")) },
  ];
  return all.filter(({ isOffered }) => isOffered).map(({ id, title }) => ({ id, title }));
}
