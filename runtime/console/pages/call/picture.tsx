/** The ladder with what is open beside it, and what chooses what is shown. What is chosen is in the address. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { TimelineBody } from "../../../contract/journal-api.ts";
import { query } from "../../app/router.ts";
import { partyText } from "../../calls/party.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Notice } from "../../components/notice.tsx";
import { SplitPane } from "../../components/split-pane.tsx";
import { Downloads } from "./downloads.tsx";
import { reachedMs } from "./growing.ts";
import { CallHead } from "./head.tsx";
import { filtered } from "./ladder/filter.ts";
import { LadderView } from "./ladder/ladder.tsx";
import { type Entry, type Ladder, ladderOf } from "./ladder/ladder-model.ts";
import { SWITCH } from "./ladder/lanes.ts";
import { MessageView } from "./message/message-view.tsx";
import { NoteView } from "./note-view.tsx";
import { Overview } from "./overview.tsx";
import { shownFrom, Toolbar } from "./toolbar.tsx";
import { useSelected } from "./use-selected.ts";
import { legsOf, type Standing } from "./use-standing.ts";

interface PictureProps {
  readonly id: string;
  readonly timeline: TimelineBody;
  readonly standing: Standing;
}

/** On a small screen the ladder begins smaller: three lanes fit. What is opened there is brought into sight. */
const NARROW = 720;
const SMALL = 0.8;

export function Picture({ id, timeline, standing }: PictureProps) {
  const zoom = useSignal(innerWidth < NARROW ? SMALL : 1);
  const { call, dropped } = timeline;
  const legs = legsOf(standing);
  const named = legs.map(({ target, uri }) => `${uri} ${target}`).join();
  const ladder = useMemo(() => ladderOf(timeline, reachedMs(timeline, Date.now()), legs), [timeline, named]);
  const asked = query.value;
  const filter = shownFrom(asked, ladder.lanes);
  const { kind, leg, hidesCopies, text } = filter;
  const entries = useMemo(() => filtered(ladder.entries, filter), [ladder, kind, leg, hidesCopies, text]);
  const lanes = useMemo(
    () => ladder.lanes.filter((lane) => leg === null || lane.id === leg || lane.id === SWITCH),
    [ladder, leg],
  );
  const selected = useSelected();
  const select = (n: number | null) => {
    selected.value = n;
  };
  const heading = `${partyText(call.from, call.domain)} → ${partyText(call.to, call.domain)}, ${call.startedAt}, ${call.id}`;
  return (
    <div class="page-full call-page">
      <CallHead call={call} standing={standing}>
        <Downloads id={id} heading={heading} lanes={lanes} entries={entries} />
      </CallHead>
      <Toolbar filter={filter} lanes={ladder.lanes} count={entries.length} all={ladder.entries.length} zoom={zoom} />
      {dropped > 0 && (
        <Notice kind="warn">
          {dropped === 1 ? "One earlier entry was" : `${dropped} earlier entries were`} too many to be kept.
        </Notice>
      )}
      <div class="fill panel">
        <SplitPane
          label="Ladder and details"
          percent={66}
          first={
            entries.length === 0 ? (
              <EmptyState title="Nothing of the call fits">Choose other filters to see more of it.</EmptyState>
            ) : (
              <LadderView
                lanes={lanes}
                entries={entries}
                selected={selected.value}
                zoom={zoom.value}
                isLive={call.endedAt === null}
                onSelect={select}
              />
            )
          }
          second={
            <Details
              entry={ladder.entries.find(({ item }) => item.n === selected.value)}
              ladder={ladder}
              timeline={timeline}
              onClose={() => select(null)}
            >
              <Overview id={id} standing={standing} entries={ladder.entries} onSelect={select} />
            </Details>
          }
        />
      </div>
    </div>
  );
}

interface DetailsProps {
  readonly entry: Entry | undefined;
  readonly ladder: Ladder;
  readonly timeline: TimelineBody;
  readonly children: ComponentChildren;
  onClose(): void;
}

function Details({ entry, ladder, timeline: { call }, children, onClose }: DetailsProps) {
  const element = useRef<HTMLElement>(null);
  const open = entry?.item.n;
  useEffect(() => {
    if (open !== undefined && innerWidth < NARROW) element.current?.scrollIntoView({ block: "nearest" });
  }, [open]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys.
    <section ref={element} class="call-side" tabIndex={0} aria-label="Details">
      {entry === undefined ? children : <Open entry={entry} ladder={ladder} call={call} onClose={onClose} />}
    </section>
  );
}

interface OpenProps extends Pick<DetailsProps, "ladder" | "onClose"> {
  readonly entry: Entry;
  readonly call: TimelineBody["call"];
}

function Open({ entry, ladder, call, onClose }: OpenProps) {
  return (
    <div class="call-open">
      <button type="button" class="icon-button call-close" aria-label="Close the details" onClick={onClose}>
        ×
      </button>
      {entry.type === "message" ? (
        <MessageView
          entry={entry}
          lane={ladder.lanes.find(({ id }) => id === entry.item.leg)}
          startedAt={call.startedAt}
        />
      ) : (
        <NoteView entry={entry} script={call.script} version={call.version} />
      )}
    </div>
  );
}
