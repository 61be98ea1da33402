/** What has happened in a simulation, in its order: kept as it is, and made readable where somebody reads it. */
import type { ScriptFault } from "../port/script.ts";
import { formatPlan } from "./format-decision.ts";
import { SipText } from "./network/sip-text.ts";

/** One thing that has happened. */
export type Happening =
  /** What the test did: who answered, who pressed which key. */
  | { readonly type: "act"; readonly text: string }
  | { readonly type: "event"; readonly event: Readonly<Record<string, unknown>> }
  | { readonly type: "decision"; readonly handler: string; readonly plan: unknown }
  | { readonly type: "fault"; readonly handler: string; readonly fault: ScriptFault }
  | { readonly type: "operation"; readonly name: string; readonly args: unknown }
  | { readonly type: "result"; readonly name: string; readonly result: unknown; readonly isDone: boolean }
  | { readonly type: "console"; readonly level: string; readonly text: string }
  | { readonly type: "sound"; readonly who: string; readonly sounds: readonly string[] }
  | { readonly type: "problem"; readonly text: string }
  /** `text`: the whole message. */
  | { readonly type: "sip"; readonly from: string; readonly to: string; readonly text: string };

export type Moment = Happening & {
  /** Seconds since the simulation began. */
  readonly at: number;
};

/** More is not read by anybody; the end of a run is worth more than its middle. */
const MOST_MOMENTS = 5_000;
const MOST_CHARACTERS = 240;
/** Frames of a stack that lead to nothing of the script. */
const OURS = /runtime\/s(?:andbox|imulator)\/|node:/;

export class Timeline {
  readonly moments: Moment[] = [];
  /** The number of the first that is still there. */
  first = 0;
  readonly #now: () => number;
  readonly #start: number;
  #watch: ((moment: Moment) => void) | null = null;

  constructor(now: () => number) {
    this.#now = now;
    this.#start = now();
  }

  /** Since the simulation began. */
  get seconds(): number {
    return (this.#now() - this.#start) / 1000;
  }

  /** Told of everything as it happens. */
  watch(watch: (moment: Moment) => void): void {
    this.#watch = watch;
  }

  add(happening: Happening): void {
    const moment: Moment = { ...happening, at: this.seconds };
    if (this.moments.length >= MOST_MOMENTS) {
      this.moments.shift();
      this.first++;
    }
    this.moments.push(moment);
    this.#watch?.(moment);
  }

  toString(): string {
    return this.moments.map(formatMoment).join("\n");
  }
}

/** One line. */
export function formatMoment(moment: Moment): string {
  return `${moment.at.toFixed(3).padStart(9)} s  ${clip(describe(moment))}`;
}

function describe(moment: Moment): string {
  switch (moment.type) {
    case "act":
      return `* ${moment.text}`;
    case "event": {
      const { type, ...fields } = moment.event;
      return `event ${String(type)}${Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields)}`}`;
    }
    case "decision":
      return `  ${moment.handler} returned ${formatPlan(moment.plan)}`;
    case "fault": {
      const { reason, message, stack } = moment.fault;
      const place = placeOf(stack);
      return `  FAULT in ${moment.handler}: ${reason}: ${message}${place === undefined ? "" : ` (${place})`}`;
    }
    case "operation":
      return `  ${moment.name}(${JSON.stringify(moment.args)})`;
    case "result":
      return `  ${moment.name} ${moment.isDone ? "gave" : "was refused:"} ${JSON.stringify(moment.result) ?? "nothing"}`;
    case "console":
      return `  console.${moment.level}: ${moment.text}`;
    case "sound":
      return `${moment.who} hears ${moment.sounds.join(", ")}`;
    case "problem":
      return `PROBLEM ${moment.text}`;
    case "sip":
      return `SIP ${moment.from} -> ${moment.to}  ${summaryOf(new SipText(moment.text))}`;
  }
}

function summaryOf({ startLine, status, method }: SipText): string {
  return status === 0 ? startLine.replace(/ SIP\/2\.0$/, "") : `${startLine.slice("SIP/2.0 ".length)} (${method})`;
}

/** The first line of a stack that is not ours. */
export function placeOf(stack: string | undefined): string | undefined {
  const line = stack?.split("\n").find((frame) => /^\s+at .*:\d+:\d+\)?$/.test(frame) && !OURS.test(frame));
  return line
    ?.replace(/^\s+at (?:.* \()?/, "")
    .replace(/\)$/, "")
    .replace("file://", "");
}

function clip(text: string): string {
  const line = text.replaceAll(/[\r\n]+/g, " ");
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS)} …` : line;
}
