/**
 * Brings speech to one level, whatever the voice: the power of what is spoken, without the pauses (the idea of the active
 * speech level of ITU-T P.56), at -17 dBm0, a little above a talker's so that prompts are understood.
 */

/** RMS of -17 dBm0 in 16 bit samples, where a sine of 0 dBm0 peaks 3.17 dB below the largest sample (ITU-T G.711). */
const TARGET_RMS = (32_768 / Math.SQRT2) * 10 ** ((-17 - 3.17) / 20);
/** No peak comes closer to clipping. */
const MAX_PEAK = 29_000;
/** What is hardly there is noise, and stays so. */
const MAX_GAIN = 4;
/** 10 ms at 16 kHz, 20 ms at 8 kHz. */
const FRAME_SAMPLES = 160;
/** A frame speaks when its power is within 25 dB of the loudest one's. */
const ACTIVE_POWER = 10 ** -2.5;

/** Changes the samples in place. */
export function level(samples: Int16Array): void {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  if (peak === 0) return;
  const gain = Math.min(TARGET_RMS / activeRms(samples), MAX_PEAK / peak, MAX_GAIN);
  for (const [index, sample] of samples.entries()) samples[index] = Math.round(sample * gain);
}

/** The RMS of the frames in which something is said. */
export function activeRms(samples: Int16Array): number {
  const powers: number[] = [];
  for (let start = 0; start < samples.length; start += FRAME_SAMPLES) {
    const frame = samples.subarray(start, start + FRAME_SAMPLES);
    powers.push(frame.reduce((sum, sample) => sum + sample * sample, 0) / frame.length);
  }
  const loudest = powers.reduce((most, power) => Math.max(most, power), 0);
  const active = powers.filter((power) => power >= loudest * ACTIVE_POWER);
  return Math.sqrt(active.reduce((sum, power) => sum + power, 0) / Math.max(1, active.length));
}
