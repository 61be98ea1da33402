/** The connectivity checks of a browser (RFC 8445 §7.2.4), in octets: what an agent answers that listens. */
import { createHmac, randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import type { IceDtls } from "../../../../runtime/port/webrtc.ts";
import { until } from "../../../helpers/until.ts";

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;
const [USERNAME, INTEGRITY, PRIORITY, CONTROLLED] = [0x0006, 0x0008, 0x0024, 0x8029];

export class StunChecker {
  readonly #socket: Socket;
  /** Transactions that were answered with success. */
  readonly #answered: string[] = [];

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("message", (answer) => {
      if (answer.readUInt16BE(0) === BINDING_SUCCESS) this.#answered.push(answer.toString("hex", 8, HEADER_BYTES));
    });
  }

  static async open(): Promise<StunChecker> {
    const socket = createSocket("udp4");
    await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
    return new StunChecker(socket);
  }

  /** Sends a check to the first candidate of an agent; `ufrag`: of whoever asks. Gives the name of the transaction. */
  check({ ufrag: to, pwd, candidates }: IceDtls, ufrag: string): string {
    const [candidate] = candidates;
    const transaction = randomBytes(12);
    const body = Buffer.concat([
      attribute(USERNAME, Buffer.from(`${to}:${ufrag}`)),
      attribute(PRIORITY, Buffer.from("6e0000ff", "hex")),
      attribute(CONTROLLED, randomBytes(8)),
    ]);
    const head = Buffer.alloc(8);
    head.writeUInt16BE(BINDING_REQUEST, 0);
    head.writeUInt16BE(body.length + INTEGRITY_BYTES, 2);
    head.writeUInt32BE(MAGIC_COOKIE, 4);
    const signed = Buffer.concat([head, transaction, body]);
    const integrity = attribute(INTEGRITY, createHmac("sha1", pwd).update(signed).digest());
    this.#socket.send(Buffer.concat([signed, integrity]), candidate?.port, candidate?.address);
    return transaction.toString("hex");
  }

  hasAnswerTo(transaction: string): boolean {
    return this.#answered.includes(transaction);
  }

  /** Checks again and again until there is an answer. */
  async succeeds(agent: IceDtls, ufrag: string): Promise<void> {
    const asked: string[] = [];
    await until("an answer to a check", () => {
      asked.push(this.check(agent, ufrag));
      return asked.some((transaction) => this.hasAnswerTo(transaction));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** Padded to four octets (RFC 8489 §14). */
function attribute(type: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16BE(type, 0);
  head.writeUInt16BE(value.length, 2);
  return Buffer.concat([head, value, Buffer.alloc(-value.length & 3)]);
}
