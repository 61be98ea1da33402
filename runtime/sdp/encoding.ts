/** The encodings that we speak, by their names in SDP (RFC 3551 §6, RFC 3389, RFC 4733, RFC 7587). */
import type { CodecName } from "../port/media.ts";

/** A payload type and what it stands for (RFC 8866 §6.6). */
export interface PayloadFormat {
  readonly payloadType: number;
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  readonly fmtp: string | null;
}

export type EncodingName = CodecName | "CN" | "telephone-event";

/** With the payload types that we give them where the other side has not given them any: static, or by custom. */
const own: Readonly<Record<EncodingName, PayloadFormat>> = {
  PCMU: { payloadType: 0, name: "PCMU", clockRate: 8000, channels: 1, fmtp: null },
  PCMA: { payloadType: 8, name: "PCMA", clockRate: 8000, channels: 1, fmtp: null },
  // RFC 3551 §4.5.2: it samples at 16 kHz, and its RTP clock runs at 8000 all the same.
  G722: { payloadType: 9, name: "G722", clockRate: 8000, channels: 1, fmtp: null },
  // RFC 7587 §7: 48000/2 always, whatever is spoken in it.
  opus: { payloadType: 96, name: "opus", clockRate: 48000, channels: 2, fmtp: "useinbandfec=1" },
  CN: { payloadType: 13, name: "CN", clockRate: 8000, channels: 1, fmtp: null },
  "telephone-event": { payloadType: 101, name: "telephone-event", clockRate: 8000, channels: 1, fmtp: "0-15" },
};

const codecs: readonly CodecName[] = ["PCMU", "PCMA", "G722", "opus"];

/** What needs no rtpmap (RFC 3551 §6): ours, and what phones offer beside them. */
const staticNames: ReadonlyMap<number, string> = new Map([
  [0, "PCMU"],
  [3, "GSM"],
  [4, "G723"],
  [8, "PCMA"],
  [9, "G722"],
  [13, "CN"],
  [15, "G728"],
  [18, "G729"],
]);

export function ownFormat(name: EncodingName): PayloadFormat {
  return own[name];
}

export function staticFormat(payloadType: number): PayloadFormat | null {
  const name = staticNames.get(payloadType);
  return name === undefined ? null : { payloadType, name, clockRate: 8000, channels: 1, fmtp: null };
}

export function codecOf(format: PayloadFormat): CodecName | null {
  return codecs.find((codec) => isEncoding(format, codec)) ?? null;
}

export function isEncoding(format: PayloadFormat, name: EncodingName): boolean {
  return encodingKey(format) === encodingKey(own[name]);
}

/** Keys as events: at 8000 Hz, as every phone has it; else at the clock of the codec they go with (RFC 4733 §2.1). */
export function findEvents(payloads: readonly PayloadFormat[], codec: PayloadFormat): PayloadFormat | null {
  const events = payloads.filter(({ name, channels }) => name.toLowerCase() === "telephone-event" && channels === 1);
  const atClock = (clockRate: number) => events.find((format) => format.clockRate === clockRate);
  return atClock(8000) ?? atClock(codec.clockRate) ?? null;
}

/** Comfort noise, for codecs that have none of their own (RFC 3389 §1). */
export function findNoise(payloads: readonly PayloadFormat[], codec: PayloadFormat): PayloadFormat | null {
  if (!isEncoding(codec, "PCMU") && !isEncoding(codec, "PCMA")) return null;
  return payloads.find((format) => isEncoding(format, "CN")) ?? null;
}

/** The same for two formats that mean the same: RFC 8866 §6.6 has names in any case. */
export function encodingKey({ name, clockRate, channels }: PayloadFormat): string {
  return `${name.toLowerCase()}/${clockRate}/${channels}`;
}
