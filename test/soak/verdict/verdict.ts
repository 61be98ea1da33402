/** What is to be held of a run: what grows, what is left, what has failed. */
import type { Figures, TimedFigures } from "../sample/figures.ts";
import type { Quantity } from "./quantities.ts";
import { type Trend, trendOf, windowMinima } from "./trend.ts";

/** Windows that the time after the warm-up is parted into. */
const WINDOWS = 15;
/** Of all pairs of windows so many more grow than fall: with fifteen windows chance makes this of one series in a thousand. */
const LEAST_TAU = 0.55;

export interface Row extends Trend {
  readonly quantity: Quantity;
  readonly start: number;
  readonly end: number;
  /** Once the load is gone; `null`: it was not measured. */
  readonly after: number | null;
  readonly verdict: "flat" | "grows" | "is left";
}

export interface Measured {
  /** Before the load. */
  readonly before: Figures;
  /** With the load, after the warm-up. */
  readonly samples: readonly TimedFigures[];
  /** With the load gone. */
  readonly after: Figures;
}

export function judge({ before, samples, after }: Measured, quantities: readonly Quantity[]): Row[] {
  return quantities.map((quantity) => {
    const { name } = quantity;
    const series = samples.flatMap(({ seconds, figures }) => {
      const value = figures[name];
      return value === null ? [] : [{ seconds, value }];
    });
    const windows = windowMinima(series, WINDOWS);
    const trend = trendOf(windows);
    const { left } = quantity;
    const [first, last] = [before[name], after[name]];
    const isLeft = left !== null && first !== null && last !== null && last > first + left;
    const verdict = isLeft ? "is left" : grows(trend, quantity) ? "grows" : "flat";
    return { quantity, ...trend, start: windows[0]?.value ?? 0, end: windows.at(-1)?.value ?? 0, after: last, verdict };
  });
}

function grows({ slopePerHour, rise, tau }: Trend, { perHour, noise }: Quantity): boolean {
  return slopePerHour > perHour && rise > noise && tau > LEAST_TAU;
}
