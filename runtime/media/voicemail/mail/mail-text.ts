/** The mail that tells of a message: plain text, readable at a glance on a phone. What peers have sent is made harmless. */
import type { MailboxMessage } from "../../../port/mailbox.ts";

const MAX_NAME_CHARACTERS = 64;

export interface MailText {
  readonly subject: string;
  readonly text: string;
  /** Name of the attached file. */
  readonly attachment: string;
}

/** `timeZone`: of the date in the text. @default that of this machine */
export function formatMail(message: MailboxMessage, timeZone?: string): MailText {
  const caller = callerOf(message);
  const length = formatLength(message.seconds);
  const said = message.transcript === null ? [] : ["What was said:", "", message.transcript, ""];
  const lines = [
    `${caller} has left a voicemail message for ${readable(message.mailbox)}.`,
    "",
    `When:   ${formatTime(message.receivedAt, timeZone)}`,
    `From:   ${caller}`,
    `Length: ${length}`,
    "",
    ...said,
    "The recording is attached. It stays in the mailbox until it is deleted there.",
    "",
  ];
  return {
    subject: `Voicemail from ${caller}, ${length}`,
    text: lines.join("\n"),
    attachment: `voicemail-${message.receivedAt.replace(/[^0-9TZ]/g, "").slice(0, 15)}.wav`,
  };
}

/** `Bob (+4930123456)`, `Bob (bob@example.com)`, `+4930123456`. */
function callerOf({ from, fromName }: MailboxMessage): string {
  const name = readable(fromName);
  const address = readable(addressOf(from));
  if (name === "" || name === address) return address === "" ? "Somebody" : address;
  return address === "" ? name : `${name} (${address})`;
}

/** What a person would dial: the number, or user and host. */
function addressOf(uri: string): string {
  const [address = ""] = uri.replace(/^(?:sips?|tel):/i, "").split(/[;?>]/, 1);
  const user = address.split("@", 1)[0] ?? "";
  return /^\+?[\d*#.()-]+$/.test(user) ? user : address.replace(/:\d+$/, "");
}

/** One line, without what a mail header, a terminal or an eye could take for something else (controls, directions). */
function readable(text: string): string {
  const line = text.replace(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, " ").trim();
  return line.length > MAX_NAME_CHARACTERS ? `${line.slice(0, MAX_NAME_CHARACTERS).toWellFormed()}…` : line;
}

/** `0:42`, `12:05`. */
function formatLength(seconds: number): string {
  const whole = Math.max(1, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

function formatTime(receivedAt: string, timeZone: string | undefined): string {
  const time = new Date(receivedAt);
  if (Number.isNaN(time.getTime())) return receivedAt;
  const form = { weekday: "long", day: "numeric", month: "long", year: "numeric" } as const;
  const clock = { hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" } as const;
  return new Intl.DateTimeFormat("en-GB", { ...form, ...clock, timeZone }).format(time);
}
