/** Strangers of a running switch: each has a loopback address of its own, and says what strangers say. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { freshText } from "../../helpers/raw-phone.ts";
import type { RunningSwitch } from "../../helpers/switch.ts";

export interface StrangerRequest {
  readonly method: string;
  /** User of the Request-URI and of To; of From as well where it is a REGISTER. */
  readonly to: string;
  readonly agent?: string;
  readonly fields?: string;
}

export class Stranger {
  readonly address: string;
  /** Statuses that have come. */
  readonly statuses: number[] = [];
  readonly texts: string[] = [];
  readonly #socket: Socket;
  readonly #port: number;

  private constructor(address: string, socket: Socket, port: number) {
    this.address = address;
    this.#socket = socket;
    this.#port = port;
    socket.on("message", (bytes) => {
      const text = bytes.toString("latin1");
      this.texts.push(text);
      this.statuses.push(Number(text.slice(8, 11)));
    });
  }

  static async at(strowger: RunningSwitch, address: string): Promise<Stranger> {
    const socket = createSocket({ type: "udp4", sendBufferSize: 4_000_000, recvBufferSize: 4_000_000 });
    socket.bind(0, address);
    await once(socket, "listening");
    onTestFinished(() => void socket.close());
    return new Stranger(address, socket, strowger.sipPort);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  count(status: number): number {
    return this.statuses.filter((one) => one === status).length;
  }

  ask(request: StrangerRequest): void {
    this.send(textOf(this, request));
  }

  send(text: string): void {
    this.#socket.send(Buffer.from(text, "latin1"), this.#port, "127.0.0.1");
  }
}

function textOf({ address, port }: Stranger, { method, to, agent = "phone", fields = "" }: StrangerRequest): string {
  const isRegister = method === "REGISTER";
  const lines = [
    `${method} ${isRegister ? "sip:example.test" : `sip:${to}@example.test`} SIP/2.0`,
    `Via: SIP/2.0/UDP ${address}:${port};branch=${freshText("z9hG4bK")};rport`,
    "Max-Forwards: 70",
    `From: <sip:${isRegister ? `${to}@example.test` : "stranger@stranger.invalid"}>;tag=${freshText("t")}`,
    `To: <sip:${to}@example.test>`,
    `Call-ID: ${freshText("stranger")}`,
    `CSeq: 1 ${method}`,
    `Contact: <sip:stranger@${address}:${port}>`,
    `User-Agent: ${agent}`,
    "Content-Length: 0",
  ];
  return `${lines.join("\r\n")}\r\n${fields}\r\n`;
}
