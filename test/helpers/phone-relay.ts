/**
 * A bad network between one phone and the switch: the phone takes the relay for its proxy, the relay writes its own ports
 * into the session descriptions that pass, and so has the audio too. What the phone says is lost and delayed as seeded.
 */
import { createSocket, type Socket } from "node:dgram";
import { seededRandom } from "../../runtime/simulator/network/sim-net.ts";
import { freePort } from "./free-port.ts";

export interface Weather {
  readonly switchPort: number;
  readonly seed: number;
  /** The share of packets that never arrive. */
  readonly loss: number;
  /** Each packet is delayed by as much as this, evenly. */
  readonly jitterMs: number;
}

interface Sockets {
  /** Faces the phone. */
  readonly phone: Socket;
  /** Faces the switch. */
  readonly switch: Socket;
  readonly phoneRtp: Socket;
  readonly switchRtp: Socket;
}

export class PhoneRelay {
  /** Packets of the phone, and how many of them were lost. */
  readonly audio = { packets: 0, lost: 0 };
  readonly #weather: Weather;
  readonly #random: () => number;
  readonly #sockets: Sockets;
  readonly #later = new Set<NodeJS.Timeout>();
  #phonePort = 0;
  #phoneRtpPort = 0;
  #switchRtpPort = 0;

  private constructor(weather: Weather, sockets: Sockets) {
    this.#weather = weather;
    this.#random = seededRandom(weather.seed);
    this.#sockets = sockets;
    sockets.phone.on("message", (message, { port }) => this.#fromPhone(message, port));
    sockets.switch.on("message", (message) => this.#fromSwitch(message));
    sockets.phoneRtp.on("message", (packet) => this.#spoken(packet));
    sockets.switchRtp.on("message", (packet) => this.#send(sockets.phoneRtp, packet, this.#phoneRtpPort));
  }

  static async open(weather: Weather): Promise<PhoneRelay> {
    const sockets = {
      phone: await bound(),
      switch: await bound(),
      phoneRtp: await bound(2),
      switchRtp: await bound(2),
    };
    return new PhoneRelay(weather, sockets);
  }

  /** Where the phone finds its proxy. */
  get port(): number {
    return this.#sockets.phone.address().port;
  }

  close(): void {
    for (const timer of this.#later) clearTimeout(timer);
    for (const socket of Object.values<Socket>({ ...this.#sockets })) socket.close();
  }

  #fromPhone(message: Buffer, port: number): void {
    this.#phonePort = port;
    const [text, rtpPort] = withAudioPort(message, this.#sockets.switchRtp.address().port);
    this.#phoneRtpPort = rtpPort ?? this.#phoneRtpPort;
    this.#send(this.#sockets.switch, text, this.#weather.switchPort);
  }

  #fromSwitch(message: Buffer): void {
    const [text, rtpPort] = withAudioPort(message, this.#sockets.phoneRtp.address().port);
    this.#switchRtpPort = rtpPort ?? this.#switchRtpPort;
    this.#send(this.#sockets.phone, text, this.#phonePort);
  }

  #spoken(packet: Buffer): void {
    const { loss, jitterMs } = this.#weather;
    const isLost = this.#random() < loss;
    const delayMs = this.#random() * jitterMs;
    this.audio.packets++;
    if (isLost) {
      this.audio.lost++;
      return;
    }
    const timer = setTimeout(() => {
      this.#later.delete(timer);
      this.#send(this.#sockets.switchRtp, packet, this.#switchRtpPort);
    }, delayMs);
    this.#later.add(timer);
  }

  #send(socket: Socket, message: Buffer, port: number): void {
    if (port > 0) socket.send(message, port, "127.0.0.1");
  }
}

/** A message with another port in its audio line, and the one that it had. */
function withAudioPort(message: Buffer, port: number): [Buffer, number | undefined] {
  const text = message.toString("latin1");
  const before = /^m=audio (\d+)/m.exec(text)?.[1];
  const bodyAt = text.indexOf("\r\n\r\n") + 4;
  if (before === undefined || bodyAt < 4) return [message, undefined];
  const body = text.slice(bodyAt).replace(/^m=audio \d+/m, `m=audio ${port}`);
  const head = text.slice(0, bodyAt).replace(/^(Content-Length|l):.*$/im, `Content-Length: ${body.length}`);
  return [Buffer.from(head + body, "latin1"), Number(before)];
}

async function bound(width = 1): Promise<Socket> {
  const socket = createSocket("udp4");
  // A port that nobody has any more answers with an error, which is not for us.
  socket.on("error", () => {});
  const port = await freePort(width);
  await new Promise<void>((resolve) => socket.bind(port, "127.0.0.1", resolve));
  return socket;
}
