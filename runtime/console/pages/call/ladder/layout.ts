/**
 * Where everything of a ladder stands: lanes side by side, a row for each entry below the one before, more room where more
 * time has passed, and a break in place of a long silence. In pixels, from the top left. Pure.
 */
import type { Entry, Ladder } from "./ladder-model.ts";
import { type Lane, SWITCH } from "./lanes.ts";
import type { MessageEntry } from "./message-entries.ts";
import type { NoteEntry } from "./notes.ts";

export interface PlacedLane extends Lane {
  readonly x: number;
  /** From its first message to its last; `null`: it has none that is shown. */
  readonly alive: { readonly from: number; readonly to: number } | null;
}

interface Placed {
  readonly y: number;
  readonly height: number;
  /** When, in milliseconds since the call began; `null` where it is the time of the row above. */
  readonly timeMs: number | null;
}

export interface Arrow extends Placed {
  readonly type: "arrow";
  readonly entry: MessageEntry;
  readonly fromX: number;
  readonly toX: number;
  /** The middle of its label. */
  readonly labelX: number;
}

export interface Note extends Placed {
  readonly type: "note";
  readonly entry: NoteEntry;
  /** Of the lane of the switch. */
  readonly x: number;
}

export type Row = Arrow | Note;

/** So long nothing has happened. */
export interface Break {
  readonly y: number;
  readonly height: number;
  readonly ms: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly PlacedLane[];
  readonly rows: readonly Row[];
  readonly breaks: readonly Break[];
}

export const TIME_WIDTH = 70;
export const ARROW_HEIGHT = 32;
export const NOTE_HEIGHT = 26;
export const BREAK_HEIGHT = 30;
/** Silence of this length is not drawn to scale any more. */
export const BREAK_MS = 2_000;

const EDGE = 66;
const LEAST_GAP = 150;
const MOST_GAP = 320;
/** What a note needs beside the switch. */
const NOTE_WIDTH = 300;
const TOP = 10;
const BOTTOM = 24;
/** 40 pixels a second, up to the length of a break. */
const PIXELS_PER_MS = 0.02;

/** `width`: what there is; it becomes wider where the lanes need more. */
export function layoutOf(lanes: Ladder["lanes"], entries: readonly Entry[], width: number): Layout {
  const places = placesOf(lanes, width);
  const rows: Row[] = [];
  const breaks: Break[] = [];
  let y = TOP;
  let lastMs: number | null = null;
  for (const entry of entries) {
    const { ms } = entry.item;
    const passed: number = lastMs === null ? 0 : Math.max(0, ms - lastMs);
    if (passed >= BREAK_MS) {
      breaks.push({ y, height: BREAK_HEIGHT, ms: passed });
      y += BREAK_HEIGHT;
    } else {
      y += Math.round(passed * PIXELS_PER_MS);
    }
    const row = rowOf(entry, { y, timeMs: ms === lastMs ? null : ms }, places);
    rows.push(row);
    y += row.height;
    lastMs = ms;
  }
  return {
    width: places.width,
    height: y + BOTTOM,
    lanes: lanes.map((lane) => ({ ...lane, x: places.xOf(lane.id), alive: aliveOf(lane.id, rows) })),
    rows,
    breaks,
  };
}

interface Places {
  readonly width: number;
  /** Between two lanes. */
  readonly gap: number;
  xOf(lane: string): number;
}

function placesOf(lanes: readonly Lane[], width: number): Places {
  const ids = lanes.map(({ id }) => id);
  const gaps = ids.length - 1;
  // The notes of a switch that has nobody at its right need room there.
  const right = ids.at(-1) === SWITCH ? NOTE_WIDTH : EDGE;
  const fair = (width - TIME_WIDTH - EDGE - right) / Math.max(1, gaps);
  const gap = Math.floor(Math.min(MOST_GAP, Math.max(LEAST_GAP, fair)));
  return {
    width: Math.max(width, TIME_WIDTH + EDGE + gaps * gap + right),
    gap,
    xOf: (lane) => TIME_WIDTH + EDGE + ids.indexOf(lane) * gap,
  };
}

function rowOf(entry: Entry, at: Pick<Row, "y" | "timeMs">, { xOf, gap }: Places): Row {
  const own = xOf(SWITCH);
  if (entry.type === "note") return { type: "note", ...at, height: NOTE_HEIGHT, entry, x: own };
  const other = xOf(entry.item.leg);
  const [fromX, toX] = entry.item.direction === "in" ? [other, own] : [own, other];
  // The label stands beside the party, where those of the same leg stand below one another.
  const labelX = other < own ? other + gap / 2 : other - gap / 2;
  return { type: "arrow", ...at, height: ARROW_HEIGHT, entry, fromX, toX, labelX };
}

function aliveOf(lane: string, rows: readonly Row[]): PlacedLane["alive"] {
  const own = lane === SWITCH ? rows : rows.filter((row) => row.type === "arrow" && row.entry.item.leg === lane);
  const [first, last] = [own[0], own.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.y, to: last.y + last.height };
}

/** The rows that reach into a part of the height: from the first to the one after the last. */
export function rowsWithin(rows: readonly Row[], top: number, bottom: number): { from: number; to: number } {
  return { from: firstWhere(rows, ({ y, height }) => y + height > top), to: firstWhere(rows, ({ y }) => y >= bottom) };
}

/** Of rows in order: the first that is far enough. */
function firstWhere(rows: readonly Row[], isFar: (row: Row) => boolean): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row !== undefined && isFar(row)) high = middle;
    else low = middle + 1;
  }
  return low;
}
