/**
 * The ladder of a call. Only the rows in sight are drawn. One row has the focus: arrow keys move it, Enter opens what it
 * stands for. What grows at its end is followed as long as the end is in sight.
 */
import { useSignal } from "@preact/signals";
import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { Button } from "../../../components/button.tsx";
import { roved } from "../../../components/roving.ts";
import { useMeasured } from "../../../components/use-measured.ts";
import { backShape, breakShapes, laneShapes, laneWords, rowShapes, timeShapes } from "./drawing.ts";
import type { Entry } from "./ladder-model.ts";
import type { Lane } from "./lanes.ts";
import { type Layout, layoutOf, type Row, rowsWithin } from "./layout.ts";
import { ShapeView } from "./shape-view.tsx";
import { spokenOf } from "./words.ts";
import "./ladder.css";

interface LadderProps {
  readonly lanes: readonly Lane[];
  readonly entries: readonly Entry[];
  /** The number of what is open. */
  readonly selected: number | null;
  /** 1: as large as text is elsewhere. */
  readonly zoom: number;
  /** More comes: the end is shown first, unless something is open. */
  readonly isLive: boolean;
  /** `null`: nothing is to be open. */
  onSelect(n: number | null): void;
}

/** What is drawn above and below what is in sight. */
const AROUND = 400;
/** So near to the end, the end is in sight. */
const NEAR_END = 40;

export function LadderView({ lanes, entries, selected, zoom, isLive, onSelect }: LadderProps) {
  const frame = useRef<HTMLDivElement>(null);
  const view = useSignal({ top: 0, height: 600, width: 800 });
  const active = useSignal<number | null>(selected);
  const isFollowing = useSignal(isLive && selected === null);
  const mustFocus = useRef(false);
  const layout = useMemo(
    () => layoutOf(lanes, entries, Math.floor(view.value.width / zoom)),
    [lanes, entries, view.value.width, zoom],
  );

  useMeasured(frame, ({ scrollTop: top, clientHeight: height, clientWidth: width, scrollHeight }) => {
    view.value = { top, height, width };
    isFollowing.value = scrollHeight - top - height < NEAR_END;
  });

  const toEnd = () => frame.current?.scrollTo({ top: frame.current.scrollHeight });
  useLayoutEffect(() => {
    if (isFollowing.value) toEnd();
  }, [layout.height]);
  // Whoever comes by a link to a message sees it.
  useLayoutEffect(() => {
    const row = layout.rows.find(({ entry }) => entry.item.n === selected);
    if (row !== undefined) show(frame.current, row, zoom);
  }, [selected]);
  useLayoutEffect(() => {
    if (!mustFocus.current) return;
    // One that was far away is drawn only once it is in sight.
    const element = frame.current?.querySelector<SVGElement>(`[data-n="${active.value}"]`);
    mustFocus.current = element == null;
    element?.focus({ preventScroll: true });
  });

  const { rows } = layout;
  const { top, height } = view.value;
  const { from, to } = rowsWithin(rows, top / zoom - AROUND, (top + height) / zoom + AROUND);
  const activeIndex = rows.findIndex(({ entry }) => entry.item.n === active.value);
  const tabStop = activeIndex >= from && activeIndex < to ? activeIndex : firstInSight(rows, top / zoom, from);
  const isOpen = ({ entry }: Row) => entry.item.n === selected;
  const current = rows.find(isOpen)?.entry;
  const isRelated = ({ entry }: Row) =>
    current?.type === "message" && entry.type === "message" && entry.transaction === current.transaction;
  const drawn = rows.slice(from, to);

  const move = (event: KeyboardEvent) => {
    const index = rows.findIndex(({ entry }) => entry.item.n === active.value);
    const row = rows[index];
    if (row === undefined) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      onSelect(row.entry.item.n);
      return;
    }
    if (event.key === "Escape") {
      onSelect(null);
      return;
    }
    if (event.key === "ArrowLeft" || event.key === "ArrowRight") return;
    const next = rows[roved(event.key, index, rows.length) ?? -1];
    if (next === undefined) return;
    event.preventDefault();
    show(frame.current, next, zoom);
    mustFocus.current = true;
    active.value = next.entry.item.n;
    // What is open goes along.
    if (selected !== null) onSelect(next.entry.item.n);
  };

  return (
    <div class="ladder" ref={frame}>
      <LaneHeads layout={layout} zoom={zoom} />
      <div role="listbox" aria-label="Messages, and what the script and the switch did" tabIndex={-1} onKeyDown={move}>
        <svg
          role="presentation"
          width={layout.width * zoom}
          height={layout.height * zoom}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          {drawn.map((row) => {
            if (!isOpen(row) && !isRelated(row)) return null;
            const name = isOpen(row) ? "open-row" : "related-row";
            return <ShapeView key={row.entry.item.n} shape={backShape(row, layout.width, name)} />;
          })}
          {laneShapes(layout).map((shape, index) => (
            <ShapeView key={index} shape={shape} />
          ))}
          {layout.breaks
            .filter(({ y }) => y * zoom > top - AROUND && y * zoom < top + height + AROUND)
            .flatMap((one) =>
              breakShapes(one, layout).map((shape, index) => <ShapeView key={`${one.y} ${index}`} shape={shape} />),
            )}
          {drawn.flatMap(timeShapes).map((shape, index) => (
            <ShapeView key={index} shape={shape} />
          ))}
          {drawn.map((row, offset) => (
            <RowView
              key={row.entry.item.n}
              row={row}
              layout={layout}
              place={from + offset}
              state={isOpen(row) ? "open" : isRelated(row) ? "related" : "plain"}
              isTabStop={from + offset === tabStop}
              onFocus={() => {
                active.value = row.entry.item.n;
              }}
              onOpen={() => onSelect(row.entry.item.n)}
            />
          ))}
        </svg>
      </div>
      {isLive && !isFollowing.value && (
        <div class="ladder-more">
          <Button onClick={toEnd}>Follow what comes ↓</Button>
        </div>
      )}
    </div>
  );
}

interface RowViewProps {
  readonly row: Row;
  readonly layout: Layout;
  readonly place: number;
  /** `related`: of the transaction of what is open. */
  readonly state: "open" | "related" | "plain";
  readonly isTabStop: boolean;
  onFocus(): void;
  onOpen(): void;
}

function RowView({ row, layout, place, state, isTabStop, onFocus, onOpen }: RowViewProps) {
  const { entry } = row;
  return (
    <g
      role="option"
      class={`row-of-ladder ${state}`}
      data-n={entry.item.n}
      aria-selected={state === "open"}
      aria-label={spokenOf(entry, layout.lanes)}
      aria-posinset={place + 1}
      aria-setsize={layout.rows.length}
      tabIndex={isTabStop ? 0 : -1}
      onFocus={onFocus}
      onClick={onOpen}
    >
      <ShapeView shape={backShape(row, layout.width, "hit")} />
      {rowShapes(row).map((shape, index) => (
        <ShapeView key={index} shape={shape} />
      ))}
    </g>
  );
}

/** They stay in sight while the rest scrolls. */
function LaneHeads({ layout, zoom }: { readonly layout: Layout; readonly zoom: number }) {
  return (
    <div class="ladder-heads" style={{ width: `${layout.width * zoom}px` }}>
      {layout.lanes.map((lane) => {
        const { title, lines } = laneWords(lane);
        return (
          <div
            key={lane.id}
            class="ladder-head"
            style={{ left: `${lane.x * zoom}px` }}
            title={[title, ...lines].join("\n")}
          >
            <strong>{title}</strong>
            {lines.map((words, index) => (
              <span key={index} class="quiet">
                {words}
              </span>
            ))}
          </div>
        );
      })}
    </div>
  );
}

function firstInSight(rows: readonly Row[], top: number, from: number): number {
  const index = rows.findIndex(({ y }) => y >= top);
  return index < 0 ? from : index;
}

/** Brings a row into sight, below the heads that stay. */
function show(frame: HTMLElement | null, { y, height }: Row, zoom: number): void {
  if (frame === null) return;
  const heads = frame.querySelector<HTMLElement>(".ladder-heads")?.offsetHeight ?? 0;
  const [top, bottom] = [y * zoom, (y + height) * zoom];
  const room = frame.clientHeight - heads;
  if (top < frame.scrollTop) frame.scrollTop = top;
  else if (bottom > frame.scrollTop + room) frame.scrollTop = bottom - room;
}
