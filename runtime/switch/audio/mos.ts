/**
 * How people would rate what comes from a side, estimated by the E-model (ITU-T G.107): what RTP does not tell is at its
 * default there, so that delay and loss alone take away from the rating. The scale is that of narrowband for all codecs,
 * so that calls compare: it ends at 4.5, though a wideband codec sounds better than that says. Pure.
 */
import type { CodecName, MediaStats } from "../../port/media.ts";

/** G.107 §7.7: the rating R with all parameters at their defaults, without delay and loss. */
const DEFAULT_RATING = 93.2;
/**
 * How well a codec bears packets that are lost at random (Bpl, G.107 §7.5), concealed as our decoders do. That of G.711 is of
 * ITU-T G.113 Appendix I, for the concealment of G.711 Appendix I. For the others ITU-T has none: that of Opus was measured at
 * 31 kbit/s by Alahmadi, Počta and Melvin (doi:10.1145/3458751), and G.722, whose predictor a loss puts out of step as
 * well, is taken to be like it. Without loss none of them takes anything away on this scale (Ie = 0).
 */
const ROBUSTNESS: Readonly<Record<CodecName, number>> = { PCMU: 25.1, PCMA: 25.1, G722: 10.4, opus: 10.4 };
const MAX_LOSS_IMPAIRMENT = 95;
/** Up to this nobody notices a delay (G.107 §7.4). */
const UNNOTICED_DELAY_MS = 100;
const PACKET_MS = 20;
const [WORST, BEST] = [1, 4.5];

export type Reception = Pick<MediaStats, "packetsReceived" | "packetsLost" | "jitterMs" | "roundTripMs">;

/**
 * The mean opinion score, from 1 (bad) to 4.5, of what has come so far; `null` where nothing has. 4.4 is a good
 * telephone line, and below 3.6 many are dissatisfied (G.107 Annex B).
 */
export function estimatedMos(codec: CodecName, reception: Reception): number | null {
  if (reception.packetsReceived === 0) return null;
  return mosOf(rating(codec, lossPercent(reception), oneWayMs(reception)));
}

/** Of the packets that the side has sent. */
export function lossPercent({ packetsReceived, packetsLost }: Reception): number {
  const sent = packetsReceived + packetsLost;
  return sent === 0 ? 0 : (packetsLost / sent) * 100;
}

/** The rating R, up to 93.2 (G.107 §7.1). */
export function rating(codec: CodecName, lossPercent: number, delayMs: number): number {
  // G.107 §7.5, for losses at random (BurstR = 1): what RTP counts says nothing of bursts.
  const loss = (MAX_LOSS_IMPAIRMENT * lossPercent) / (lossPercent + ROBUSTNESS[codec]);
  return DEFAULT_RATING - delayImpairment(delayMs) - loss;
}

/** G.107 Annex B. */
export function mosOf(rating: number): number {
  if (rating <= 0) return WORST;
  if (rating >= 100) return BEST;
  // Near zero the curve runs below the scale.
  return Math.max(WORST, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6);
}

/**
 * The way between the side and the switch: half the round trip, the packet that is gathered first, and what a jitter buffer
 * holds, which is about twice the jitter.
 */
function oneWayMs({ roundTripMs, jitterMs }: Reception): number {
  return (roundTripMs ?? 0) / 2 + PACKET_MS + 2 * jitterMs;
}

/** G.107 §7.4, Idd: of the delay alone, where no echo comes back. */
function delayImpairment(delayMs: number): number {
  if (delayMs <= UNNOTICED_DELAY_MS) return 0;
  const x = Math.log2(delayMs / UNNOTICED_DELAY_MS);
  return 25 * ((1 + x ** 6) ** (1 / 6) - 3 * (1 + (x / 3) ** 6) ** (1 / 6) + 2);
}
