/** How the audio of a call is as far as it has come. Nothing is counted for it: its endpoints are asked when somebody asks. */
import type { Clock } from "../../base/clock.ts";
import type { CallQuality, SideQuality } from "../../port/call-quality.ts";
import type { CodecName, MediaStats } from "../../port/media.ts";
import type { Side } from "../../sdp/offer-answer.ts";
import type { Call } from "../call/call.ts";
import { estimatedMos, lossPercent } from "./mos.ts";

/** How long an endpoint may take to tell: a media worker that hangs is found out later than this, and ended. */
const PATIENCE_MS = 1000;
const ROLES: readonly Side[] = ["caller", "callee"];

/** `null`: the media plane has not told within a second. */
export async function callQuality(call: Call): Promise<CallQuality | null> {
  const { id } = call.state;
  if (!call.hasAudio) return { call: id, sides: [] };
  const asked = Promise.all(ROLES.map((role) => sideOf(call, role)));
  const sides = await inTime(asked, call.exchange.clock);
  return sides === null ? null : { call: id, sides: sides.filter((side) => side !== null) };
}

async function sideOf(call: Call, role: Side): Promise<SideQuality | null> {
  const known = await call.audio.of(role)?.quality();
  return known === undefined || known === null ? null : sideQuality(role, known.codec, known.stats);
}

function sideQuality(side: Side, codec: CodecName, stats: MediaStats): SideQuality {
  const { packetsSent, packetsReceived, packetsLost, jitterMs, roundTripMs } = stats;
  const mos = estimatedMos(codec, stats);
  return {
    side,
    codec,
    packetsSent,
    packetsReceived,
    packetsLost,
    lossPercent: rounded(lossPercent(stats)),
    jitterMs: rounded(jitterMs),
    roundTripMs: roundTripMs === null ? null : rounded(roundTripMs),
    mos: mos === null ? null : rounded(mos),
  };
}

/** `null`: it has not come in time. */
function inTime<Value>(coming: Promise<Value>, clock: Clock): Promise<Value | null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  const timer = clock.startTimer(PATIENCE_MS, { expire: () => resolve(null) }, "quality");
  return Promise.race([coming, promise]).finally(() => timer.cancel());
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
