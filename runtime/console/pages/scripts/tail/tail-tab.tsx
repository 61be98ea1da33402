import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { path } from "../../../api/path.ts";
import { canOpen } from "../../../app/pages.ts";
import { Badge } from "../../../components/badge.tsx";
import { Button } from "../../../components/button.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { FilterSelect, SearchField } from "../../../components/filter.tsx";
import { numberText } from "../../../components/format.ts";
import { ProblemNotice } from "../../../components/notice.tsx";
import { Time } from "../../../components/time.tsx";
import { visibleText } from "../../../components/visible-text.ts";
import type { Jump } from "../code/workspace.ts";
import { PlaceButton } from "../place-button.tsx";
import { fitsTail, tailText } from "./tail-entry.ts";
import { type TailLine, useTail } from "./use-tail.ts";

interface TailTabProps {
  readonly name: string;
  onPlace(jump: Jump): void;
}

const TYPES = [
  { value: "", title: "Everything" },
  { value: "log", title: "Output" },
  { value: "invocation", title: "Events" },
  { value: "fault", title: "Faults" },
  { value: "deploy", title: "Deployments" },
];
const SHOWN = 300;

export function TailTab({ name, onPlace }: TailTabProps) {
  const tailing = useTail(name).value;
  const frozen = useSignal<readonly TailLine[] | null>(null);
  const text = useSignal("");
  const type = useSignal("");
  const end = useRef<HTMLOListElement>(null);
  const lines = frozen.value ?? tailing.lines;
  const fitting = lines.filter(
    ({ entry }) => (type.value === "" || entry.type === type.value) && fitsTail(tailText(entry), text.value),
  );
  const last = fitting.at(-1)?.n ?? 0;
  useEffect(() => {
    const list = end.current;
    if (list !== null && frozen.value === null) list.scrollTop = list.scrollHeight;
  }, [last]);
  const missed = (tailing.lines.at(-1)?.n ?? 0) - (lines.at(-1)?.n ?? 0);
  return (
    <section class="panel scripts-tail" aria-label="Live tail">
      <header>
        <h2>{fitting.length === 1 ? "1 entry" : `${numberText(fitting.length)} entries`}</h2>
        {missed > 0 && <span class="quiet small">{numberText(missed)} more since</span>}
        {tailing.dropped > 0 && <span class="warn small">{numberText(tailing.dropped)} came too fast</span>}
        <div class="row push">
          <SearchField
            label="Search the tail"
            value={text.value}
            onChange={(value) => {
              text.value = value;
            }}
          />
          <FilterSelect
            label="What is shown"
            value={type.value}
            choices={TYPES}
            onChange={(value) => {
              type.value = value;
            }}
          />
          <Button
            aria-pressed={frozen.value !== null}
            onClick={() => {
              frozen.value = frozen.value === null ? tailing.lines : null;
            }}
          >
            {frozen.value === null ? "Pause" : "Go on"}
          </Button>
        </div>
      </header>
      {tailing.problem !== null && <ProblemNotice error={tailing.problem} />}
      {fitting.length === 0 && (
        <EmptyState title="Nothing yet">Output, events and faults of the script appear here as they happen.</EmptyState>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <ol ref={end} tabIndex={0} aria-label="Entries">
        {fitting.slice(-SHOWN).map((line) => (
          <Entry key={line.n} line={line} onPlace={onPlace} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ line, onPlace }: { readonly line: TailLine; onPlace(jump: Jump): void }) {
  const { at, kind, tone, where, text, callId, place } = tailText(line.entry);
  const call = callId === null ? null : path`/calls/${callId}`;
  return (
    <li>
      <span class="quiet small">
        <Time at={at} />
      </span>
      <span class="scripts-badge">
        <Badge tone={tone}>{kind}</Badge>
      </span>
      <span class="quiet small">
        {where} {call !== null && canOpen(call) && <a href={call}>call</a>}
      </span>
      <span class="wrap mono">
        {visibleText(text)} {place !== null && <PlaceButton place={place} onPlace={onPlace} />}
      </span>
    </li>
  );
}
