/** The editor with the files of the script, what is wrong with them, and the simulator beside it. */
import { useSignal } from "@preact/signals";
import { Button } from "../../../components/button.tsx";
import { FilterSelect } from "../../../components/filter.tsx";
import { Notice } from "../../../components/notice.tsx";
import { SplitPane } from "../../../components/split-pane.tsx";
import { sayProblem } from "../../../components/toast.tsx";
import type { Standing } from "../api.ts";
import { Simulator } from "../simulator/simulator.tsx";
import { askToDiscard } from "./ask.tsx";
import { EditorPane } from "./editor-pane.tsx";
import { FileBar } from "./file-bar.tsx";
import { FindingList } from "./finding-list.tsx";
import { baseOf } from "./use-workspace.ts";
import type { Workspace } from "./workspace.ts";

interface CodeTabProps {
  readonly workspace: Workspace;
  readonly standing: Standing | null;
  readonly isShown: boolean;
  onCompare(): void;
}

export function CodeTab({ workspace, standing, isShown, onCompare }: CodeTabProps) {
  const isSimulating = useSignal(false);
  const wasShown = useSignal(isShown);
  const asked = useSignal(0);
  if (isShown) wasShown.value = true;
  const take = async (version: number) => {
    if (standing === null) return;
    try {
      if (await askToDiscard(workspace)) workspace.restart(await baseOf(workspace.script, standing, version));
    } catch (error) {
      sayProblem(error);
    }
    // What was chosen may not have been taken: the choice shows what is in the editor.
    asked.value++;
  };
  const code = (
    <div class="scripts-code">
      <FileBar workspace={workspace} />
      {wasShown.value && <EditorPane workspace={workspace} />}
      <FindingList workspace={workspace} />
    </div>
  );
  return (
    <section class="panel scripts-editor" aria-label="Code">
      <header>
        {standing === null ? (
          <h2>A new script</h2>
        ) : (
          <FilterSelect
            key={asked.value}
            label="Version in the editor"
            value={String(workspace.base.value.version)}
            choices={standing.versions.map(({ version, tag, message }) => ({
              value: String(version),
              title: versionTitle(standing, version, tag ?? message),
            }))}
            onChange={(value) => void take(Number(value))}
          />
        )}
        {!workspace.isKept.value && <span class="bad small">This browser keeps no draft.</span>}
        <div class="row push">
          <Button
            aria-pressed={isSimulating.value}
            onClick={() => {
              isSimulating.value = !isSimulating.value;
            }}
          >
            Simulate
          </Button>
        </div>
      </header>
      <Behind workspace={workspace} standing={standing} onTake={take} onCompare={onCompare} />
      <div class={isSimulating.value ? "scripts-panes" : "scripts-panes alone"}>
        <SplitPane
          label="Code and simulator"
          percent={58}
          first={code}
          second={isSimulating.value && <Simulator workspace={workspace} onPlace={(jump) => workspace.goTo(jump)} />}
        />
      </div>
    </section>
  );
}

interface BehindProps extends Pick<CodeTabProps, "workspace" | "standing" | "onCompare"> {
  onTake(version: number): Promise<void>;
}

/** Somebody else has made a version since this one was opened. */
function Behind({ workspace, standing, onTake, onCompare }: BehindProps) {
  const newest = standing?.versions[0];
  const { version, etag } = workspace.base.value;
  if (standing === null || newest === undefined || etag === standing.etag || newest.version === version) return null;
  return (
    <Notice kind="warn">
      <div class="row">
        <span>
          {newest.author} has made version {newest.version} since you opened this.
        </span>
        <Button kind="quiet" onClick={onCompare}>
          Compare
        </Button>
        <Button kind="quiet" onClick={() => void onTake(newest.version)}>
          Go on from version {newest.version}
        </Button>
      </div>
    </Notice>
  );
}

function versionTitle({ summary }: Standing, version: number, more: string | null): string {
  const share = summary.active.find((one) => one.version === version);
  const live = share === undefined ? "" : share.percent === 100 ? " · live" : ` · live ${share.percent} %`;
  return `v${version}${live}${more === null ? "" : ` · ${more.slice(0, 40)}`}`;
}
