/** Cuts off the silence around what is spoken, so that prompts which make up a sentence follow each other as words do. */

/** 10 ms at 8 kHz. */
const FRAME_SAMPLES = 80;
/** What is 40 dB below the peak is silence. */
const SILENCE = 0.01;
/** Left before the first sound and after the last one, fading in and out. */
const LEAD_SAMPLES = 160;
const TAIL_SAMPLES = 480;

/** Samples at 8 kHz. */
export function trimSilence(samples: Int16Array): Int16Array {
  const threshold = SILENCE * peakOf(samples);
  let first = -1;
  let last = -1;
  for (let start = 0; start < samples.length; start += FRAME_SAMPLES) {
    if (peakOf(samples.subarray(start, start + FRAME_SAMPLES)) <= threshold) continue;
    if (first === -1) first = start;
    last = start + FRAME_SAMPLES;
  }
  if (first === -1) return new Int16Array(0);
  const spoken = samples.slice(Math.max(0, first - LEAD_SAMPLES), last + TAIL_SAMPLES);
  fade(spoken);
  return spoken;
}

/** Without a click at either end. */
function fade(samples: Int16Array): void {
  for (let index = 0; index < Math.min(FRAME_SAMPLES, samples.length); index++) {
    const gain = index / FRAME_SAMPLES;
    const end = samples.length - 1 - index;
    samples[index] = Math.round((samples[index] ?? 0) * gain);
    samples[end] = Math.round((samples[end] ?? 0) * gain);
  }
}

function peakOf(samples: Int16Array): number {
  return samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
}
