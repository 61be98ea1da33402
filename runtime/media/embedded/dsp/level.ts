/**
 * Levels of PCM in dBm0, the telephone's measure (ITU-T G.711 §4): a sine at full scale has 3.14 dBm0. Silence has no
 * level; it is given as the lowest.
 */

/** RMS of a signal of 0 dBm0. */
export const RMS_AT_0_DBM0 = (32_768 / Math.SQRT2) * 10 ** (-3.14 / 20);
/** What is told of a signal that is weaker, and of none. */
export const LOWEST_DBM0 = -90;

/** Of a sound with this root of its mean square. */
export function toDbm0(rms: number): number {
  return rms <= 0 ? LOWEST_DBM0 : Math.max(LOWEST_DBM0, 20 * Math.log10(rms / RMS_AT_0_DBM0));
}

/** The peak of a sine of so many dBm0. */
export function sinePeakOf(dbm0: number): number {
  return RMS_AT_0_DBM0 * Math.SQRT2 * 10 ** (dbm0 / 20);
}
