/**
 * Whether a series of samples grows. Memory goes up and down by what is under way and by when it is cleared away, so of each
 * window its least value counts; the slope is that of Theil and Sen, which a few wild samples do not move, and there must be
 * a trend at all (Mann and Kendall).
 */

export interface Sample {
  /** Since the start of the run. */
  readonly seconds: number;
  readonly value: number;
}

export interface Trend {
  /** Of the values of the windows, per hour. */
  readonly slopePerHour: number;
  /** By how much it has grown from the first window to the last, as the slope has it. */
  readonly rise: number;
  /** Of all pairs of windows, those that grow less those that fall, from -1 to 1. */
  readonly tau: number;
}

/** The least value of each of `count` windows of equal length. */
export function windowMinima(samples: readonly Sample[], count: number): Sample[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return [];
  const width = (last.seconds - first.seconds) / count;
  const windows: Sample[] = [];
  for (let index = 0; index < count; index++) {
    const from = first.seconds + index * width;
    const within = samples.filter(({ seconds }) => seconds >= from && (seconds < from + width || index === count - 1));
    if (within.length === 0) continue;
    windows.push({ seconds: from + width / 2, value: Math.min(...within.map(({ value }) => value)) });
  }
  return windows;
}

export function trendOf(windows: readonly Sample[]): Trend {
  const slopes: number[] = [];
  let signs = 0;
  for (const [index, one] of windows.entries()) {
    for (const other of windows.slice(index + 1)) {
      const difference = other.value - one.value;
      slopes.push(difference / (other.seconds - one.seconds));
      signs += Math.sign(difference);
    }
  }
  const perSecond = median(slopes);
  const span = (windows.at(-1)?.seconds ?? 0) - (windows[0]?.seconds ?? 0);
  return {
    slopePerHour: perSecond * 3600,
    rise: perSecond * span,
    tau: slopes.length === 0 ? 0 : signs / slopes.length,
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
