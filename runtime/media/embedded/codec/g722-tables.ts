/** The constants of ITU-T G.722 as its tables give them; the names of the standard stand in brackets. */

/** Coefficients of both quadrature mirror filters (table 11), times 8192: h(0), h(2), … h(22), and h(1), h(3), … h(23). */
export const EVEN_TAPS: Int32Array = Int32Array.of(3, -11, 12, 32, -210, 951, 3876, -805, 362, -156, 53, -11);
export const ODD_TAPS: Int32Array = EVEN_TAPS.toReversed();

/** Limits of the intervals of the lower sub-band (Q6), in 4096ths of the scale factor. */
const LOW_LIMITS = [
  ...[0, 35, 72, 110, 150, 190, 233, 276, 323, 370, 422, 473, 530, 587, 650, 714, 786, 858, 940, 1023],
  ...[1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919],
];
/** The interval of each 4096th, up to the beginning of the last interval. */
export const LOW_INTERVALS: Uint8Array = Uint8Array.from({ length: 2920 }, (_, quotient) =>
  LOW_LIMITS.findLastIndex((limit) => limit <= quotient),
);

/** Codes of the intervals of a negative and of a positive difference (ILN, ILP), from the inmost on. */
export const LOW_NEGATIVE_CODES: Uint8Array = Uint8Array.of(63, 62, ...countDown(31, 4));
export const LOW_POSITIVE_CODES: Uint8Array = Uint8Array.from(countDown(61, 32));

/** Reconstructed differences by code of 6 bits (QM6), and by its upper 4 bits (QM4). */
const LOW_VALUES = [
  ...[24_808, 21_904, 19_008, 16_704, 14_984, 13_512, 12_280, 11_192, 10_232, 9360, 8576, 7856, 7192, 6576],
  ...[6000, 5456, 4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728],
];
export const LOW_SIX_BITS: Int32Array = Int32Array.of(
  ...[-136, -136, -136, -136, ...LOW_VALUES.map((value) => -value)],
  ...[...LOW_VALUES, 432, 136, -432, -136],
);
export const LOW_FOUR_BITS: Int32Array = Int32Array.of(
  ...[0, -20_456, -12_896, -8968, -6288, -4240, -2584, -1200, 20_456, 12_896, 8968, 6288, 4240, 2584, 1200, 0],
);
/** Reconstructed differences of the higher sub-band by code of 2 bits (QM2). */
export const HIGH_TWO_BITS: Int32Array = Int32Array.of(-7408, -1616, 7408, 1616);

/** What a code of 4 bits adds to the logarithm of the lower scale factor (WL by RL42), and one of 2 bits to the higher (WH). */
export const LOW_STEPS: Int32Array = Int32Array.of(
  ...[-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60],
);
export const HIGH_STEPS: Int32Array = Int32Array.of(798, -214, 798, -214);

/** 2048 times the powers of two from 0 to 31/32 (ILB). */
export const POWERS: Int32Array = Int32Array.of(
  ...[2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834],
  ...[2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008],
);

function countDown(from: number, to: number): number[] {
  return Array.from({ length: from - to + 1 }, (_, i) => from - i);
}
