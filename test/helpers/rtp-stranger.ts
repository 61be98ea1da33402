/** Somebody who sends loud RTP to every even port of a range, from an address that no session description names. */
import { createSocket, type Socket } from "node:dgram";

const PACKET_MS = 20;
const SAMPLES = 160;
const PCMU = 0;

export interface StrangerOptions {
  readonly ports: { readonly first: number; readonly last: number };
  readonly hertz: number;
}

export class RtpStranger {
  /** Packets so far. */
  sent = 0;
  readonly #socket: Socket;
  readonly #options: StrangerOptions;
  #timer: NodeJS.Timeout | null = null;
  #sequence = 1;

  private constructor(socket: Socket, options: StrangerOptions) {
    this.#socket = socket;
    this.#options = options;
  }

  static async open(options: StrangerOptions): Promise<RtpStranger> {
    const socket = createSocket("udp4");
    socket.on("error", () => {});
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.2", resolve));
    return new RtpStranger(socket, options);
  }

  /** Sends until it is closed. */
  start(): void {
    this.#timer = setInterval(() => this.#sendAll(), PACKET_MS);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#socket.close();
  }

  #sendAll(): void {
    const { first, last } = this.#options.ports;
    const packet = this.#packet();
    for (let port = first; port <= last; port += 2) {
      this.#socket.send(packet, port, "127.0.0.1");
      this.sent++;
    }
  }

  #packet(): Buffer {
    const packet = Buffer.alloc(12 + SAMPLES);
    const sequence = this.#sequence++;
    packet[0] = 0x80;
    packet[1] = PCMU;
    packet.writeUInt16BE(sequence & 0xffff, 2);
    packet.writeUInt32BE(sequence * SAMPLES, 4);
    packet.writeUInt32BE(0xbadbad, 8);
    for (let i = 0; i < SAMPLES; i++) {
      packet[12 + i] = muLaw(0.9 * Math.sin((2 * Math.PI * this.#options.hertz * (sequence * SAMPLES + i)) / 8000));
    }
    return packet;
  }
}

/** ITU-T G.711. */
function muLaw(sample: number): number {
  const magnitude = Math.min(32_635, Math.round(Math.abs(sample) * 32_768)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}
