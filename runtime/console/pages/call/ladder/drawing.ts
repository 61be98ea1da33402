/**
 * The shapes of a ladder: what the page draws as elements, and the file that is downloaded writes as text. Only texts come
 * from the wire, and all of them go through `visibleLine`. Pure.
 */
import { visibleLine } from "../../../components/visible-text.ts";
import { type Arrow, type Break, type Layout, type Note, type PlacedLane, type Row, TIME_WIDTH } from "./layout.ts";
import { titleOf } from "./message-entries.ts";
import type { NoteKind } from "./notes.ts";
import { labelOf, offsetText, silenceText } from "./words.ts";

export interface Shape {
  readonly tag: "path" | "text" | "rect";
  readonly class: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** Of a `text`: one after the other, each with a class of its own. */
  readonly spans?: readonly Span[];
}

export interface Span {
  readonly class: string;
  readonly text: string;
}

const HEAD = 8;

export function laneShapes({ lanes, height }: Pick<Layout, "lanes" | "height">): readonly Shape[] {
  return lanes.flatMap(({ x, alive }) => [
    line("lane", `M${x} 0V${height}`),
    ...(alive === null ? [] : [line("lane alive", `M${x} ${alive.from}V${alive.to}`)]),
  ]);
}

/** What is behind a row. */
export function backShape(row: Row, width: number, name: string): Shape {
  return { tag: "rect", class: name, attributes: { x: 2, y: row.y, width: width - 4, height: row.height, rx: 4 } };
}

/** When it was, at the left; nothing where that is the time of the row above. */
export function timeShapes(row: Row): readonly Shape[] {
  return row.timeMs === null ? [] : [text("time", TIME_WIDTH - 12, baseOf(row), "end", offsetText(row.timeMs))];
}

export function rowShapes(row: Row): readonly Shape[] {
  return row.type === "arrow" ? arrowShapes(row) : noteShapes(row);
}

export function breakShapes(
  { y, height, ms }: Break,
  { lanes, width }: Pick<Layout, "lanes" | "width">,
): readonly Shape[] {
  const left = lanes[0]?.x ?? TIME_WIDTH;
  const right = lanes.at(-1)?.x ?? width;
  return [
    {
      tag: "rect",
      class: "silence",
      attributes: { x: TIME_WIDTH, y: y + 3, width: width - TIME_WIDTH, height: height - 6 },
    },
    line("torn", torn(TIME_WIDTH, width, y + 3)),
    line("torn", torn(TIME_WIDTH, width, y + height - 3)),
    text("silence-text", (left + right) / 2, y + height / 2 + 4, "middle", `${silenceText(ms)} without anything`),
  ];
}

/** The class of an arrow says how it looks: its kind, how it ended, whether it is a copy. */
function arrowClass({ entry: { message, copy } }: Arrow): string {
  const { start } = message;
  const kind = start?.type === "response" ? `answer class-${Math.floor(start.code / 100)}` : "request";
  return copy > 1 ? `arrow ${kind} again` : `arrow ${kind}`;
}

function arrowShapes(row: Arrow): readonly Shape[] {
  const { fromX, toX, labelX, entry } = row;
  const y = row.y + row.height - 9;
  const back = toX > fromX ? -1 : 1;
  const name = arrowClass(row);
  const isAnswer = entry.message.start?.type === "response";
  // A full head for what asks, an open one for what answers.
  const tip = `M${toX + back * HEAD} ${y - 4.5}L${toX} ${y}L${toX + back * HEAD} ${y + 4.5}`;
  const { title, more } = labelOf(entry);
  const spans = [{ class: "title", text: title }, ...(more === "" ? [] : [{ class: "more", text: ` ${more}` }])];
  return [
    line(`${name} shaft`, `M${fromX} ${y}H${toX + (isAnswer ? 0 : (back * HEAD) / 2)}`),
    line(`${name} ${isAnswer ? "open" : "full"}`, isAnswer ? tip : `${tip}Z`),
    ...(entry.missing === null ? [] : [line("cross", cross(toX + back * 20, y))]),
    spanned(`label ${name.replace("arrow ", "")}`, labelX, y - 6, "middle", spans),
  ];
}

/** Of each kind a mark of its own, around its middle. */
const MARKS: Readonly<Record<NoteKind, string>> = {
  event: "M-4 -5L5 0L-4 5Z",
  decision: "M0 -6L6 0L0 6L-6 0Z",
  operation: "M-5 -5H5V5H-5Z",
  console: "M-4 -5L2 0L-4 5M3 5H7",
  fault: "M-5 -5L5 5M5 -5L-5 5",
  audio: "M-5 -2V2M-2 -5V5M1 -3V3M4 -6V6",
  fact: "M-4 0A4 4 0 1 0 4 0A4 4 0 1 0 -4 0Z",
};

function noteShapes(row: Note): readonly Shape[] {
  const { x, entry } = row;
  const y = row.y + row.height / 2;
  const spans = [
    { class: "title", text: entry.title },
    ...(entry.text === "" ? [] : [{ class: "more", text: ` ${entry.text}` }]),
  ];
  return [
    {
      ...line(`mark ${entry.kind} ${entry.tone}`, MARKS[entry.kind]),
      attributes: { d: MARKS[entry.kind], transform: `translate(${x} ${y})` },
    },
    spanned(`label note ${entry.tone}`, x + 14, y + 4, "start", spans),
  ];
}

/** What stands above a lane. */
export function laneWords(lane: PlacedLane): { readonly title: string; readonly lines: readonly string[] } {
  const lines = [lane.address, lane.userAgent].filter((one) => one !== null);
  return {
    title: visibleLine(lane.name === "" ? lane.role : lane.name),
    lines: [lane.name === "" ? "" : lane.role, ...lines].filter((one) => one !== "").map(visibleLine),
  };
}

/** Read out where one points. */
export function hintOf(row: Row): string {
  return visibleLine(row.type === "note" ? `${row.entry.title} ${row.entry.text}` : titleOf(row.entry));
}

function baseOf(row: Row): number {
  return row.type === "arrow" ? row.y + row.height - 5 : row.y + row.height / 2 + 4;
}

function line(name: string, d: string): Shape {
  return { tag: "path", class: name, attributes: { d } };
}

function text(name: string, x: number, y: number, anchor: string, content: string): Shape {
  return spanned(name, x, y, anchor, [{ class: "", text: content }]);
}

function spanned(name: string, x: number, y: number, anchor: string, spans: readonly Span[]): Shape {
  const visible = spans.map((span) => ({ ...span, text: visibleLine(span.text) }));
  return { tag: "text", class: name, attributes: { x, y, "text-anchor": anchor }, spans: visible };
}

function cross(x: number, y: number): string {
  return `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}`;
}

/** The edge of paper that is torn. */
function torn(from: number, to: number, y: number): string {
  let path = `M${from} ${y}`;
  for (let x = from, up = true; x < to; x += 8, up = !up) path += `l8 ${up ? -4 : 4}`;
  return path;
}
