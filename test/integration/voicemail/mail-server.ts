/** A real SMTP server on the loopback that keeps what it is sent, or refuses it as a test says. */
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { SMTPServer } from "smtp-server";

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
}

export interface Refusal {
  readonly at: "recipient" | "data";
  readonly code: number;
}

export class MailServer {
  readonly mails: ReceivedMail[] = [];
  /** How often somebody has named a recipient. */
  attempts = 0;
  refusal: Refusal | null = null;
  #server: SMTPServer | null = null;

  async listen(port: number): Promise<number> {
    const server = new SMTPServer({
      disabledCommands: ["STARTTLS", "AUTH"],
      onRcptTo: (_address, _session, done) => {
        this.attempts++;
        done(this.#refuse("recipient"));
      },
      onData: (stream, session, done) => {
        void text(stream).then((raw) => {
          const refusal = this.#refuse("data");
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? "" : mailFrom.address;
          if (refusal === null) this.mails.push({ from, to: rcptTo.map(({ address }) => address), raw });
          done(refusal);
        });
      },
    });
    // A client that goes away is no failure of the test.
    server.on("error", () => {});
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    // A server that listens on a port has an address with one.
    return (server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (server !== null) await new Promise<void>((resolve) => server.close(resolve));
  }

  #refuse(at: Refusal["at"]): Error | null {
    if (this.refusal?.at !== at) return null;
    return Object.assign(new Error("not now, or never"), { responseCode: this.refusal.code });
  }
}

/** Header fields by name in lower case, unfolded. */
export function headersOf(raw: string): Map<string, string> {
  const head = raw.slice(0, raw.indexOf("\r\n\r\n")).replace(/\r\n[ \t]+/g, " ");
  return new Map(
    head.split("\r\n").map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

/** Decoded parts of a multipart mail, by media type. */
export function partsOf(raw: string): Map<string, Buffer> {
  const boundary = /boundary="([^"]+)"/.exec(raw)?.[1] ?? "";
  const parts = raw.split(`--${boundary}`).slice(1, -1);
  return new Map(
    parts.map((part) => {
      const headers = headersOf(part.trimStart());
      const body = part.slice(part.indexOf("\r\n\r\n") + 4);
      const media = headers.get("content-type")?.split(";", 1)[0] ?? "";
      return [media, decodeBody(body, headers.get("content-transfer-encoding") ?? "7bit")];
    }),
  );
}

function decodeBody(body: string, encoding: string): Buffer {
  if (encoding === "base64") return Buffer.from(body, "base64");
  if (encoding !== "quoted-printable") return Buffer.from(body);
  const octets = body
    .replace(/=\r\n/g, "")
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number(`0x${hex}`)));
  return Buffer.from(octets, "latin1");
}
