/**
 * Sums of streams, saturated rather than wrapped. For a conference, sum all once and give each the sum without itself: the
 * cost grows with the number of streams, not with its square.
 */

/** Adds a stream to a sum of streams. */
export function addTo(sum: Int32Array, pcm: Int16Array): void {
  const length = Math.min(sum.length, pcm.length);
  for (let i = 0; i < length; i++) sum[i] = (sum[i] ?? 0) + (pcm[i] ?? 0);
}

/** The sum as one stream. */
export function saturateInto(output: Int16Array, sum: Int32Array): void {
  for (let i = 0; i < output.length; i++) output[i] = saturated(sum[i] ?? 0);
}

/** The sum without one of its streams: what the one who speaks there hears. */
export function mixMinus(output: Int16Array, sum: Int32Array, own: Int16Array): void {
  for (let i = 0; i < output.length; i++) output[i] = saturated((sum[i] ?? 0) - (own[i] ?? 0));
}

function saturated(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}
