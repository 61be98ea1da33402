/** What the audio of a live call is like, in words. Pure. */
import type { SideQualityBody } from "../../contract/call-quality-api.ts";
import type { Tone } from "../components/badge.tsx";

/** ITU-T G.109: from the first on people are satisfied (R = 80), below the second many are not (R = 70). */
const SATISFIED = 4;
const DISSATISFIED = 3.6;

export function scoreText(mos: number): string {
  return mos.toFixed(1);
}

/** Of the score as it is shown. */
export function toneOf(mos: number): Tone {
  const shown = Number(scoreText(mos));
  if (shown >= SATISFIED) return "good";
  return shown >= DISSATISFIED ? "warn" : "bad";
}

/** Of the side that is heard worst; `null`: nothing has been heard yet. */
export function worstMos(sides: readonly SideQualityBody[]): number | null {
  const known = sides.map(({ mos }) => mos).filter((mos) => mos !== null);
  return known.length === 0 ? null : Math.min(...known);
}

/** `caller: 0.4 % lost, jitter 3.1 ms, round trip 41 ms, PCMA` */
export function sideText(quality: SideQualityBody): string {
  return `${quality.side}: ${figuresText(quality)}`;
}

export function figuresText(quality: SideQualityBody): string {
  const { codec, packetsReceived, lossPercent, jitterMs, roundTripMs } = quality;
  if (packetsReceived === 0) return `nothing heard yet, ${codec}`;
  const roundTrip = roundTripMs === null ? "" : `, round trip ${roundTripMs.toFixed(0)} ms`;
  return `${lossPercent.toFixed(1)} % lost, jitter ${jitterMs.toFixed(1)} ms${roundTrip}, ${codec}`;
}
