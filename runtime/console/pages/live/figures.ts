/** How the switch does, out of one reading of its metrics after the other. Pure. */
import { type Bucket, buckets, type Metrics, quantile, since, sum } from "./metrics-text.ts";

export interface Reading {
  readonly atMs: number;
  readonly metrics: Metrics;
}

export interface Figures {
  readonly calls: number;
  readonly registrations: number;
  /** New calls in a second. `null` here and below: there is nothing to tell it by. */
  readonly callsPerSecond: number | null;
  /** Of the calls that have ended since the reading before. */
  readonly ended: number;
  readonly answeredPercent: number | null;
  /** From an event to the answer of its script. */
  readonly scriptMedianMs: number | null;
  readonly script95Ms: number | null;
  readonly scriptFaults: number;
  readonly trunksUp: number;
  readonly trunksDown: readonly string[];
}

const MS = 1000;

export function figuresOf(now: Reading, before: Reading | null): Figures {
  const { metrics } = now;
  const seconds = before === null ? 0 : (now.atMs - before.atMs) / MS;
  const grown = (name: string, labels = {}) =>
    before === null ? 0 : Math.max(0, sum(metrics, name, labels) - sum(before.metrics, name, labels));
  const ended = grown("strowger_calls_total");
  const calls = sum(metrics, "strowger_calls_active");
  const started = before === null ? 0 : Math.max(0, calls - sum(before.metrics, "strowger_calls_active") + ended);
  const answers = scriptAnswers(now, before);
  const trunks = metrics.get("strowger_trunk_up") ?? [];
  return {
    calls,
    registrations: sum(metrics, "strowger_registrations"),
    callsPerSecond: seconds > 0 ? started / seconds : null,
    ended,
    answeredPercent: ended === 0 ? null : (100 * grown("strowger_calls_total", { result: "answered" })) / ended,
    scriptMedianMs: inMs(quantile(answers, 0.5)),
    script95Ms: inMs(quantile(answers, 0.95)),
    scriptFaults: grown("strowger_script_faults_total"),
    trunksUp: trunks.filter(({ value }) => value === 1).length,
    trunksDown: trunks.flatMap(({ labels, value }) => (value === 1 ? [] : [labels.trunk ?? ""])),
  };
}

/** A switch that has started anew counts from zero: then there is nothing before. */
export function follows(now: Reading, before: Reading): boolean {
  const startOf = ({ metrics }: Reading) => sum(metrics, "process_start_time_seconds");
  return startOf(now) === startOf(before);
}

function scriptAnswers({ metrics }: Reading, before: Reading | null): readonly Bucket[] {
  const now = buckets(metrics, "strowger_script_seconds");
  return before === null ? [] : since(buckets(before.metrics, "strowger_script_seconds"), now);
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * MS;
}

/** Of the last calls that have ended, over several readings: one alone says little. */
export function answeredOf(history: readonly Figures[]): { readonly percent: number | null; readonly ended: number } {
  const ended = history.reduce((total, one) => total + one.ended, 0);
  const answered = history.reduce((total, one) => total + (one.ended * (one.answeredPercent ?? 0)) / 100, 0);
  return { percent: ended === 0 ? null : (100 * answered) / ended, ended };
}
