/** A simulated stream and the endpoint that hears it: packets with arrival times, a tick each 20 ms, a FIFO of PCM. */
import type { JitterBuffer } from "../../../../../runtime/media/embedded/rtp/jitter-buffer.ts";
import { rtpBytes, rtpPacket, SSRC } from "./rtp-bytes.ts";

export interface Arrival {
  readonly atMs: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** When its first sample was spoken. */
  readonly spokenMs: number;
  readonly ssrc: number;
  readonly isSilent: boolean;
}

export interface StreamOptions {
  readonly packets: number;
  readonly ptimeMs?: number;
  readonly startMs?: number;
  readonly sequence?: number;
  readonly timestamp?: number;
  readonly ssrc?: number;
  /** Milliseconds on the way. */
  readonly transit?: (index: number) => number;
  readonly isSilent?: (index: number) => boolean;
}

export function stream(options: StreamOptions): Arrival[] {
  const { packets, ptimeMs = 20, startMs = 0, sequence = 100, timestamp = 5000, ssrc = SSRC } = options;
  return Array.from({ length: packets }, (_, index) => {
    const spokenMs = startMs + index * ptimeMs;
    return {
      atMs: spokenMs + ptimeMs + (options.transit?.(index) ?? 0),
      sequence: (sequence + index) & 0xffff,
      timestamp: (timestamp + index * ptimeMs * 8) >>> 0,
      spokenMs,
      ssrc,
      isSilent: options.isSilent?.(index) ?? false,
    };
  });
}

export interface Heard {
  readonly type: "packet" | "lost" | "empty";
  /** When it begins to be heard. */
  readonly atMs: number;
  readonly ms: number;
  /** The packet that is heard: the place of its arrival in the list. */
  readonly index: number;
}

/** Lets an endpoint hear `arrivals` for `ms`; drops silence where the buffer has too much, as an endpoint does. */
export function hear(buffer: JitterBuffer, arrivals: readonly Arrival[], ms: number, ptimeMs = 20): Heard[] {
  const queue = arrivals.map((arrival, index) => ({ ...arrival, index })).sort((a, b) => a.atMs - b.atMs);
  const heard: Heard[] = [];
  let next = 0;
  let fifoMs = 0;
  for (let nowMs = 7; nowMs < ms; nowMs += 20) {
    for (let arrival = queue[next]; arrival !== undefined && arrival.atMs <= nowMs; arrival = queue[++next]) {
      const { sequence, timestamp, ssrc, index } = arrival;
      const bytes = rtpBytes({ sequence, timestamp, ssrc, payload: [index >> 16, (index >> 8) & 255, index & 255, 0] });
      buffer.push(rtpPacket(bytes), bytes, arrival.atMs);
    }
    for (let pulls = 0; fifoMs < 20; pulls++) {
      if (pulls > 100) throw new Error("the buffer gives nothing but surplus");
      const playout = buffer.pull(nowMs);
      const atMs = nowMs + fifoMs;
      if (playout.type === "packet") {
        const index = Buffer.from(playout.payload).readUIntBE(0, 3);
        if (playout.isSurplus && arrivals[index]?.isSilent) continue;
        heard.push({ type: "packet", atMs, ms: ptimeMs, index });
        fifoMs += ptimeMs;
      } else {
        const missingMs = playout.type === "lost" ? playout.ms : 20 - fifoMs;
        heard.push({ type: playout.type, atMs, ms: missingMs, index: -1 });
        fifoMs += missingMs;
      }
    }
    fifoMs -= 20;
  }
  return heard;
}

/** What is heard from the first packet on to the last. */
export function speech(heard: readonly Heard[]): Heard[] {
  const first = heard.findIndex((item) => item.type === "packet");
  const last = heard.findLastIndex((item) => item.type === "packet");
  return first < 0 ? [] : heard.slice(first, last + 1);
}

export function indexes(heard: readonly Heard[]): number[] {
  return heard.filter((item) => item.type === "packet").map((item) => item.index);
}

/** From mouth to ear, of each packet. */
export function delays(heard: readonly Heard[], arrivals: readonly Arrival[]): number[] {
  return heard
    .filter((item) => item.type === "packet")
    .map((item) => item.atMs - (arrivals[item.index]?.spokenMs ?? Number.NaN));
}

export function totalMs(heard: readonly Heard[], type: Heard["type"]): number {
  return heard.reduce((sum, item) => sum + (item.type === type ? item.ms : 0), 0);
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
