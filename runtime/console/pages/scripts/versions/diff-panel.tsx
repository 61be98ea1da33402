import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useResource } from "../../../api/resource.ts";
import { FilterSelect } from "../../../components/filter.tsx";
import { LoadedView } from "../../../components/loading.tsx";
import { readSource, type Standing } from "../api.ts";
import type { Workspace } from "../code/workspace.ts";
import { diffFiles } from "./diff.ts";
import { DiffView } from "./diff-view.tsx";
import { leaderOf } from "./split.ts";

interface DiffPanelProps {
  readonly workspace: Workspace;
  readonly standing: Standing;
  /** A version that somebody wants to see compared. */
  readonly wanted: Signal<number | null>;
}

const DRAFT = "draft";

export function DiffPanel({ workspace, standing, wanted }: DiffPanelProps) {
  const panel = useRef<HTMLElement>(null);
  const numbers = standing.versions.map(({ version }) => version);
  const first = leaderOf(standing.summary.active) ?? numbers[0] ?? 0;
  const hasDraft = !workspace.isReadOnly && workspace.isDirty.value;
  const others = [...standing.summary.active.map(({ version }) => version), ...numbers];
  const second = hasDraft ? DRAFT : String(others.find((version) => version !== first) ?? first);
  const [older, newer] = second !== DRAFT && Number(second) < first ? [second, String(first)] : [String(first), second];
  const before = useSignal(older);
  const after = useSignal(newer);
  useEffect(() => {
    if (wanted.value === null) return;
    const previous = numbers.find((version) => version < (wanted.value ?? 0));
    before.value = String(previous ?? first);
    after.value = String(wanted.value);
    panel.current?.scrollIntoView({ block: "start" });
    wanted.value = null;
  }, [wanted.value]);
  const draft = useComputed(() => workspace.files.value);
  const sourceOf = async (what: string) => {
    if (what === DRAFT) return draft.peek();
    const version = standing.versions.find((one) => String(one.version) === what);
    return version === undefined ? {} : (await readSource(workspace.script, version)).files;
  };
  const compared = useResource(
    async () => diffFiles(await sourceOf(before.value), await sourceOf(after.value)),
    [before.value, after.value, after.value === DRAFT ? draft.value : null],
  );
  const versions = numbers.map((version) => ({ value: String(version), title: `v${version}` }));
  const draftChoice = hasDraft || after.value === DRAFT ? [{ value: DRAFT, title: "Draft" }] : [];
  return (
    <section class="panel" aria-label="Difference" ref={panel}>
      <header>
        <h2>Difference</h2>
        <div class="row push">
          <FilterSelect
            label="From"
            value={before.value}
            choices={versions}
            onChange={(value) => {
              before.value = value;
            }}
          />
          <span class="quiet">to</span>
          <FilterSelect
            label="To"
            value={after.value}
            choices={[...draftChoice, ...versions]}
            onChange={(value) => {
              after.value = value;
            }}
          />
        </div>
      </header>
      <LoadedView loaded={compared.loaded.value}>{(files) => <DiffView files={files} />}</LoadedView>
    </section>
  );
}
