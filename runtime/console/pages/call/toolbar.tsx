/** What of the call is shown, and how large. */
import type { Signal } from "@preact/signals";
import { setQuery } from "../../app/router.ts";
import { Button } from "../../components/button.tsx";
import { FilterSelect, SearchField } from "../../components/filter.tsx";
import { type Filter, KINDS, type Kind } from "./ladder/filter.ts";
import { type Lane, SWITCH } from "./ladder/lanes.ts";
import { laneTitle } from "./ladder/words.ts";

const KIND_TITLES: Readonly<Record<Kind, string>> = {
  all: "Everything",
  sip: "SIP messages",
  script: "What the script did",
  console: "Console output",
  switch: "What the switch did",
  problems: "Problems",
};
const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];

/** The filter that the address asks for. */
export function shownFrom(asked: URLSearchParams, lanes: readonly Lane[]): Filter {
  return {
    kind: KINDS.find((kind) => kind === asked.get("kind")) ?? "all",
    leg: lanes.find(({ id }) => id === asked.get("leg") && id !== SWITCH)?.id ?? null,
    hidesCopies: asked.get("again") === "hidden",
    text: asked.get("q") ?? "",
  };
}

interface ToolbarProps {
  readonly filter: Filter;
  readonly lanes: readonly Lane[];
  /** How many entries are shown, and how many there are. */
  readonly count: number;
  readonly all: number;
  readonly zoom: Signal<number>;
}

export function Toolbar({ filter, lanes, count, all, zoom }: ToolbarProps) {
  const legs = lanes.filter(({ id }) => id !== SWITCH);
  const step = (by: number) => {
    const index = ZOOMS.indexOf(zoom.value) + by;
    zoom.value = ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, index))] ?? 1;
  };
  return (
    <div class="call-toolbar row">
      <SearchField label="Find in the call" placeholder="Find" value={filter.text} onChange={(q) => setQuery({ q })} />
      <FilterSelect
        label="Kind"
        value={filter.kind}
        choices={KINDS.map((kind) => ({ value: kind, title: KIND_TITLES[kind] }))}
        onChange={(kind) => setQuery({ kind: kind === "all" ? null : kind })}
      />
      {legs.length > 1 && (
        <FilterSelect
          label="Party"
          value={filter.leg ?? ""}
          choices={[
            { value: "", title: "All parties" },
            ...legs.map((lane) => ({ value: lane.id, title: laneTitle(lane) })),
          ]}
          onChange={(leg) => setQuery({ leg })}
        />
      )}
      <label class="row">
        <input
          type="checkbox"
          checked={filter.hidesCopies}
          onChange={(event) => setQuery({ again: event.currentTarget.checked ? "hidden" : null })}
        />
        Hide retransmissions
      </label>
      <span class="quiet" role="status">
        {count === all ? `${all} entries` : `${count} of ${all} entries`}
      </span>
      <div class="row push call-zoom">
        <Button aria-label="Zoom out" disabled={zoom.value === ZOOMS[0]} onClick={() => step(-1)}>
          −
        </Button>
        <span class="number">{Math.round(zoom.value * 100)} %</span>
        <Button aria-label="Zoom in" disabled={zoom.value === ZOOMS.at(-1)} onClick={() => step(1)}>
          +
        </Button>
      </div>
    </div>
  );
}
