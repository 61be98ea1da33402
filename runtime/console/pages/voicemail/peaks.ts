/** The shape of a recording: how loud it is in each part. Pure. */

/** One bar for each equal part of the samples, 0 to 1, as loud as its loudest sample; the loudest of all is 1. */
export function peaksOf(samples: Float32Array, bars: number): readonly number[] {
  const peaks = Array.from({ length: bars }, (_, bar) => {
    const end = Math.floor(((bar + 1) * samples.length) / bars);
    let peak = 0;
    for (let at = Math.floor((bar * samples.length) / bars); at < end; at++) {
      const level = Math.abs(samples[at] ?? 0);
      if (level > peak) peak = level;
    }
    return peak;
  });
  const loudest = Math.max(...peaks);
  return loudest === 0 ? peaks : peaks.map((peak) => peak / loudest);
}

/** The bars as one path in a box of `bars` by 2, around its middle; silence is a thin line. */
export function waveformPath(peaks: readonly number[]): string {
  return peaks
    .map((peak, bar) => {
      const half = Math.max(0.03, peak * 0.96);
      return `M${bar + 0.5} ${(1 - half).toFixed(2)}V${(1 + half).toFixed(2)}`;
    })
    .join("");
}
