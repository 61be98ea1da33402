/**
 * The other side of a media endpoint: a socket that writes and reads RTP with code of its own, loses, reorders and delays
 * as it is told, and keeps all that comes.
 */
import { createSocket, type Socket } from "node:dgram";
import type { AudioStream, MediaAddress } from "../../../../runtime/port/media.ts";
import { until } from "../../../helpers/until.ts";

export interface Heard {
  readonly payloadType: number;
  readonly marker: boolean;
  readonly sequence: number;
  readonly timestamp: number;
  readonly ssrc: number;
  readonly payload: Buffer;
  readonly atMs: number;
}

export interface SendOptions {
  readonly payloadType?: number;
  /** What happens to each packet: it is lost, or delayed by so many milliseconds. */
  readonly fate?: (index: number) => "lost" | number;
  readonly ssrc?: number;
  /** Of the timestamp, per packet. @default 160 */
  readonly units?: number;
}

export class RtpPeer {
  readonly heard: Heard[] = [];
  readonly rtcp: Buffer[] = [];
  readonly #rtp: Socket;
  readonly #rtcp: Socket;
  #sequence = 1000;
  #timestamp = 77_000;
  #isClosed = false;

  private constructor(rtp: Socket, rtcp: Socket) {
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    rtp.on("message", (packet) => this.heard.push(parse(packet)));
    rtcp.on("message", (packet) => this.rtcp.push(packet));
    for (const socket of [rtp, rtcp]) socket.on("error", () => {});
  }

  static async open(): Promise<RtpPeer> {
    return new RtpPeer(await bound(), await bound());
  }

  get address(): MediaAddress {
    return { address: "127.0.0.1", port: this.#rtp.address().port };
  }

  /** What an endpoint is told of this peer. */
  stream(change: Partial<AudioStream> = {}): AudioStream {
    return {
      format: PCMU,
      accepted: [PCMU],
      telephoneEvent: 101,
      comfortNoise: null,
      direction: "sendrecv",
      remote: this.address,
      remoteRtcp: { address: "127.0.0.1", port: this.#rtcp.address().port },
      srtp: null,
      ...change,
    };
  }

  /** Sends payloads, one each 20 ms; resolves when the last is out. */
  async send(to: MediaAddress, payloads: readonly Uint8Array[], options: SendOptions = {}): Promise<void> {
    const { payloadType = 0, fate = () => 0, ssrc = 0x1234abcd, units = 160 } = options;
    const startMs = performance.now();
    for (const [index, payload] of payloads.entries()) {
      await waitUntil(startMs + index * 20);
      const header = {
        payloadType,
        marker: index === 0,
        sequence: this.#sequence++ & 0xffff,
        timestamp: this.#timestamp,
        ssrc,
      };
      this.#timestamp += units;
      const packet = write(header, payload);
      const delayMs = fate(index);
      if (delayMs === 0) this.sendRaw(packet, to);
      else if (delayMs !== "lost") setTimeout(() => this.sendRaw(packet, to), delayMs);
    }
  }

  /** A key by RFC 4733: four packets and three with the end bit. */
  async pressKey(to: MediaAddress, code: number, payloadType = 101): Promise<void> {
    const timestamp = this.#timestamp;
    const startMs = performance.now();
    for (let index = 0; index < 7; index++) {
      await waitUntil(startMs + index * 20);
      const isEnd = index >= 4;
      const duration = Math.min(index + 1, 5) * 160;
      const payload = Buffer.from([code, isEnd ? 0x8a : 0x0a, duration >> 8, duration & 255]);
      const header = {
        payloadType,
        marker: index === 0,
        sequence: this.#sequence++ & 0xffff,
        timestamp,
        ssrc: 0x1234abcd,
      };
      this.sendRaw(write(header, payload), to);
    }
    this.#timestamp += 7 * 160;
  }

  sendRaw(packet: Uint8Array, to: MediaAddress): void {
    if (!this.#isClosed) this.#rtp.send(packet, to.port, to.address);
  }

  sendRtcp(packet: Uint8Array, to: MediaAddress): void {
    if (!this.#isClosed) this.#rtcp.send(packet, to.port, to.address);
  }

  /** Resolves when so many packets have come since `from`. */
  async packets(count: number, from = this.heard.length): Promise<readonly Heard[]> {
    await until(`${count} packets`, () => this.heard.length >= from + count, 10_000);
    return this.heard.slice(from, from + count);
  }

  close(): void {
    this.#isClosed = true;
    this.#rtp.close();
    this.#rtcp.close();
  }
}

export const PCMU = { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 } as const;
export const PCMA = { codec: "PCMA", payloadType: 8, clockRate: 8000, ptimeMs: 20 } as const;
export const G722 = { codec: "G722", payloadType: 9, clockRate: 8000, ptimeMs: 20 } as const;

function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  return new Promise((resolve) => socket.bind(0, "127.0.0.1", () => resolve(socket)));
}

function waitUntil(ms: number): Promise<void> {
  const leftMs = ms - performance.now();
  return leftMs <= 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, leftMs));
}

function write(header: Omit<Heard, "payload" | "atMs">, payload: Uint8Array): Buffer {
  const packet = Buffer.alloc(12 + payload.length);
  packet[0] = 0x80;
  packet[1] = (header.marker ? 0x80 : 0) | header.payloadType;
  packet.writeUInt16BE(header.sequence, 2);
  packet.writeUInt32BE(header.timestamp, 4);
  packet.writeUInt32BE(header.ssrc, 8);
  packet.set(payload, 12);
  return packet;
}

function parse(packet: Buffer): Heard {
  return {
    payloadType: packet.readUInt8(1) & 0x7f,
    marker: packet.readUInt8(1) > 0x7f,
    sequence: packet.readUInt16BE(2),
    timestamp: packet.readUInt32BE(4),
    ssrc: packet.readUInt32BE(8),
    payload: packet.subarray(12),
    atMs: performance.now(),
  };
}
