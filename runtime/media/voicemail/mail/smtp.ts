/** The only importer of nodemailer: hands one mail to one server (RFC 5321) and says what came of it. */
import { createTransport } from "nodemailer";
import type { MailText } from "./mail-text.ts";

export interface SmtpConfig {
  readonly host: string;
  readonly port: number;
  readonly tls: "implicit" | "required" | "optional" | "never";
  readonly user: string | null;
  readonly password: string | null;
  readonly from: string;
}

export interface Mail extends MailText {
  /** The same at every attempt, so that a mailbox shows it once should the server have taken it twice. */
  readonly id: string;
  readonly to: string;
  /** The file to attach. */
  readonly file: string;
}

export type MailResult =
  | { readonly type: "sent" }
  /** This mail will never be taken (RFC 5321 §4.2.1, 5yz). */
  | { readonly type: "refused"; readonly reason: string }
  /** It may be taken later. `unreachable`: nor would any other be now. */
  | { readonly type: "failed"; readonly reason: string; readonly unreachable: boolean };

export interface Mailer {
  send(mail: Mail): Promise<MailResult>;
  close(): void;
}

const CONNECT_TIMEOUT_MS = 10_000;
/** A server may think about a mail for long (RFC 5321 §4.5.3.2.6). */
const SILENCE_TIMEOUT_MS = 120_000;
const MAX_REASON_CHARACTERS = 300;
/** Of nodemailer, where the server has refused sender, recipient or content. */
const ABOUT_THE_MAIL = new Set(["EENVELOPE", "EMESSAGE"]);
/** Of nodemailer, where the next mail would fare no better. */
const ABOUT_THE_SERVER = new Set(["ECONNECTION", "ETIMEDOUT", "ESOCKET", "EDNS", "ETLS", "EPROTOCOL", "EAUTH"]);
/** RFC 4954 §6: a password is missing, which the operator can mend. */
const AUTHENTICATION_REQUIRED = 530;
const FROM_NAME = "Voicemail";

export function createMailer(config: SmtpConfig): Mailer {
  const { host, port, tls, user, password } = config;
  const transport = createTransport({
    host,
    port,
    secure: tls === "implicit",
    requireTLS: tls === "required",
    ignoreTLS: tls === "never",
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_TIMEOUT_MS,
    disableUrlAccess: true,
    ...(user === null || password === null ? {} : { auth: { user, pass: password } }),
  });
  return {
    async send({ id, to, subject, text, attachment, file }) {
      try {
        await transport.sendMail({
          // As objects, so that nothing in an address is taken for a second one.
          from: { name: FROM_NAME, address: config.from },
          to: { name: "", address: to },
          subject,
          text,
          messageId: `<${id}@${config.from.split("@")[1] ?? host}>`,
          // RFC 3834 §5: nobody answers this by a machine.
          headers: { "Auto-Submitted": "auto-generated" },
          attachments: [{ filename: attachment, path: file, contentType: "audio/wav" }],
        });
        return { type: "sent" };
      } catch (error) {
        return toResult(error);
      }
    },
    close: () => transport.close(),
  };
}

function toResult(error: unknown): MailResult {
  const { code, responseCode } = fieldsOf(error);
  const text = error instanceof Error ? error.message : String(error);
  const reason = text.replace(/[\p{C}\s]+/gu, " ").slice(0, MAX_REASON_CHARACTERS);
  const isPermanent = responseCode >= 500 && responseCode < 600 && responseCode !== AUTHENTICATION_REQUIRED;
  if (isPermanent && ABOUT_THE_MAIL.has(code)) return { type: "refused", reason };
  return { type: "failed", reason, unreachable: ABOUT_THE_SERVER.has(code) };
}

function fieldsOf(error: unknown): { readonly code: string; readonly responseCode: number } {
  if (typeof error !== "object" || error === null) return { code: "", responseCode: 0 };
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const responseCode = "responseCode" in error && typeof error.responseCode === "number" ? error.responseCode : 0;
  return { code, responseCode };
}
