/** One script: its code, its versions, what it does now, and what it keeps. */
import { useRef } from "preact/hooks";
import { path } from "../../api/path.ts";
import { useResource } from "../../api/resource.ts";
import { query } from "../../app/router.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { LoadedView } from "../../components/loading.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { readStanding, type Standing } from "./api.ts";
import { readDraft } from "./code/drafts.ts";
import { ownDrafts } from "./code/own-drafts.ts";
import { useWorkspace } from "./code/use-workspace.ts";
import { ScriptView } from "./script-view.tsx";

const REFRESH_MS = 10_000;

export function ScriptPage({ name }: { readonly name: string }) {
  const standing = useResource((signal) => readStanding(name, signal), [name], { everyMs: REFRESH_MS });
  const loaded = standing.loaded.value;
  /** What was read last stays while the switch does not answer: somebody may be writing. */
  const last = useRef<Standing | null | undefined>(undefined);
  if (loaded.state === "ready") last.current = loaded.body;
  const known = last.current;
  if (known === undefined) return <LoadedView loaded={loaded}>{() => null}</LoadedView>;
  if (known === null && !isBegun(name)) return <Unknown name={name} />;
  const read = () => {
    const now = standing.loaded.peek();
    return now.state === "ready" ? now.body : known;
  };
  return <Opened name={name} standing={known} reload={() => standing.reload()} read={read} />;
}

interface OpenedProps {
  readonly name: string;
  readonly standing: Standing | null;
  reload(): Promise<void>;
  /** What was read last. */
  read(): Standing | null;
}

function Opened({ name, standing, reload, read }: OpenedProps) {
  const workspace = useWorkspace(name, standing, versionOf(query.peek().get("version")));
  const changed = async () => {
    const before = read()?.etag ?? null;
    await reload();
    const opened = workspace.peek();
    const isOurs = opened.state === "ready" && opened.body.base.peek().etag === before;
    if (isOurs) opened.body.seen(read()?.etag ?? null);
  };
  return (
    <LoadedView loaded={workspace.value}>
      {(body) => <ScriptView workspace={body} standing={standing} reload={reload} read={read} changed={changed} />}
    </LoadedView>
  );
}

function Unknown({ name }: { readonly name: string }) {
  return (
    <>
      <PageHead title={name} />
      <EmptyState title="There is no such script">
        It may have been removed. <a href={path`/scripts`}>All scripts</a>
      </EmptyState>
    </>
  );
}

/** A new one: it is asked for, or already written at. */
function isBegun(name: string): boolean {
  return query.peek().get("new") === "1" || readDraft(ownDrafts(), name) !== null;
}

function versionOf(text: string | null): number | null {
  return text !== null && /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
