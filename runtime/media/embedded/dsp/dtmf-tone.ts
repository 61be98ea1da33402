/** Keys as tones (ITU-T Q.23), for who does not understand RFC 4733. To be synthesised by `ToneGenerator`. */
import { dtmfPair } from "./dtmf-frequencies.ts";
import { once, stretch, type TonePattern, type ToneStretch } from "./tone-pattern.ts";

/** Q.24 wants at least 40 ms of tone and 40 ms of pause; many receivers are better with more. */
const TONE_MS = 100;
const PAUSE_MS = 100;
/** The upper tone is sent 2 dB stronger, since lines damp it more. */
const ROW_DBM0 = -10;
const COLUMN_DBM0 = -8;

/** The keys one after another, each with its pause; what is no key is left out. */
export function dtmfPattern(
  keys: string,
  options: { readonly toneMs?: number; readonly pauseMs?: number } = {},
): TonePattern {
  const toneMs = options.toneMs ?? TONE_MS;
  const pauseMs = options.pauseMs ?? PAUSE_MS;
  return once(...[...keys].flatMap((key) => keyStretches(key, toneMs, pauseMs)));
}

function keyStretches(key: string, toneMs: number, pauseMs: number): readonly ToneStretch[] {
  const pair = dtmfPair(key);
  if (pair === null) return [];
  const partials = [
    { hz: pair.row, dbm0: ROW_DBM0 },
    { hz: pair.column, dbm0: COLUMN_DBM0 },
  ];
  return [{ partials, ms: toneMs }, stretch(pauseMs, ROW_DBM0)];
}
