/**
 * The event package message-summary (RFC 3842): how many messages wait in a mailbox. A box is its owner's alone; to
 * everybody else all boxes look alike, whether they exist or not.
 */
import { toWire } from "../../base/text.ts";
import type { MailboxCounts, Mailboxes } from "../../port/mailbox.ts";
import { escapeUser } from "../../sip/message/uri.ts";
import type { Directory } from "../target.ts";
import type { DurationLimits, EventPackage, Permission, Resource, StateBody, Subscriber } from "./event-package.ts";

export const MESSAGE_SUMMARY = "message-summary";
const SUMMARY_TYPE = "application/simple-message-summary";
const PAUSE_MS = 5_000;
const NOT_ALLOWED: Permission = { type: "refused", status: 403 };

/** Where messages are fetched: part of every summary. */
export type AccountOf = (domain: string, mailbox: string) => string;

export interface MessageSummaryOptions {
  readonly mailboxes: Pick<Mailboxes, "has" | "counts">;
  readonly directory: Pick<Directory, "findUser">;
  /** Whether this is the number by which everybody reaches their own box. @default there is none */
  readonly isVoicemailNumber?: (domain: string, number: string) => boolean;
  /** @default the SIP URI of the mailbox in its domain */
  readonly accountOf?: AccountOf;
  /** @default 5000 */
  readonly pauseMs?: number;
}

export class MessageSummary implements EventPackage {
  readonly name = MESSAGE_SUMMARY;
  readonly types: readonly string[] = [SUMMARY_TYPE];
  /** RFC 3842 §3.4: an hour where nothing is asked for. Longer ones would hide for longer that a phone is gone. */
  readonly duration: DurationLimits = { min: 60, max: 3600, default: 3600 };
  readonly pauseMs: number;
  readonly #mailboxes: MessageSummaryOptions["mailboxes"];
  readonly #directory: MessageSummaryOptions["directory"];
  readonly #isVoicemailNumber: (domain: string, number: string) => boolean;
  readonly #accountOf: AccountOf;

  constructor(options: MessageSummaryOptions) {
    this.#mailboxes = options.mailboxes;
    this.#directory = options.directory;
    this.#isVoicemailNumber = options.isVoicemailNumber ?? (() => false);
    this.#accountOf = options.accountOf ?? sipAccount;
    this.pauseMs = options.pauseMs ?? PAUSE_MS;
  }

  /** RFC 3842 §3.7: nobody else may learn how many messages a box holds. */
  authorise({ domain, user }: Subscriber, names: readonly string[]): Permission {
    for (const name of names) {
      const owner = this.#isVoicemailNumber(domain, name) ? user : this.#directory.findUser(domain, name);
      if (owner === undefined) continue;
      if (owner !== user) return NOT_ALLOWED;
      if (this.#mailboxes.has(domain, user)) return { type: "allowed", resource: user };
      return { type: "refused", status: 404, reason: "User Has No Mailbox" };
    }
    return NOT_ALLOWED;
  }

  body({ domain, name }: Resource): StateBody | undefined {
    if (!this.#mailboxes.has(domain, name)) return undefined;
    return this.bodyOf(domain, name, this.#mailboxes.counts(domain, name));
  }

  bodyOf(domain: string, mailbox: string, counts: MailboxCounts): StateBody {
    return { type: SUMMARY_TYPE, text: formatSummary(counts, this.#accountOf(domain, mailbox)) };
  }

  account(domain: string, mailbox: string): string {
    return this.#accountOf(domain, mailbox);
  }
}

/** RFC 3842 §5.2. There are no urgent messages here. */
export function formatSummary(counts: MailboxCounts, account: string): string {
  const lines = [
    `Messages-Waiting: ${counts.new > 0 ? "yes" : "no"}`,
    `Message-Account: ${account}`,
    `Voice-Message: ${counts.new}/${counts.saved} (0/0)`,
  ];
  return `${lines.join("\r\n")}\r\n`;
}

function sipAccount(domain: string, mailbox: string): string {
  return `sip:${escapeUser(toWire(mailbox))}@${domain}`;
}
