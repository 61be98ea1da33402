/** What a tone is made of: stretches of sines or of silence, each with its length, once or again and again. */

/** Waves of a stretch; none: silence. */
export interface ToneStretch {
  readonly partials: readonly TonePartial[];
  /** `null`: until it is stopped. */
  readonly ms: number | null;
}

export interface TonePartial {
  readonly hz: number;
  readonly dbm0: number;
}

export interface TonePattern {
  readonly stretches: readonly ToneStretch[];
  /** Begins again after the last stretch. */
  readonly isRepeated: boolean;
}

/** A stretch of sines of equal level, or of silence where no frequency is named. */
export function stretch(ms: number | null, dbm0: number, ...frequencies: readonly number[]): ToneStretch {
  return { ms, partials: frequencies.map((hz) => ({ hz, dbm0 })) };
}

export function repeated(...stretches: readonly ToneStretch[]): TonePattern {
  return { stretches, isRepeated: true };
}

export function once(...stretches: readonly ToneStretch[]): TonePattern {
  return { stretches, isRepeated: false };
}
