/** Puts together what tells phones of new messages: subscriptions to message-summary, and NOTIFY to those without one. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import type { CallJournal } from "../port/call-journal.ts";
import type { Mailboxes } from "../port/mailbox.ts";
import type { SipStack } from "../sip/stack.ts";
import type { EventPackage } from "../switch/presence/event-package.ts";
import { MessageLamps } from "../switch/presence/message-lamps.ts";
import { MessageSummary } from "../switch/presence/message-summary.ts";
import { Subscriptions } from "../switch/presence/subscriptions.ts";
import type { Directory } from "../switch/target.ts";

export interface LampParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly stack: SipStack;
  readonly mailboxes: Mailboxes;
  readonly directory: Directory;
  /** Event packages beside that of the lamps. */
  readonly packages: readonly EventPackage[];
  /** Sources free of per-source limits. */
  readonly isExempt: (address: string) => boolean;
  /** Where subscriptions are written down. @default nowhere */
  readonly journal?: CallJournal;
}

export interface Lamps {
  readonly subscriptions: Subscriptions;
  readonly lamps: MessageLamps;
}

export function assembleLamps(parts: LampParts): Lamps {
  const { config, clock, log, stack, mailboxes, directory, packages, isExempt, journal } = parts;
  const summary = new MessageSummary({
    mailboxes,
    directory,
    // A phone dials it: where no domain is configured, an address of ours.
    accountOf: (domain, mailbox) =>
      `sip:${mailbox}@${config.domains[0] ?? stack.transport.listeners[0]?.address ?? domain}`,
  });
  const subscriptions = new Subscriptions({ clock, stack, log, packages: [summary, ...packages], isExempt, journal });
  const lamps = new MessageLamps({ clock, stack, log, mailboxes, directory, subscriptions, summary });
  mailboxes.watch({
    mailboxChanged: (domain, mailbox) => lamps.mailboxChanged(domain, mailbox),
    messageKept: ({ domain, mailbox, id, seconds }) =>
      log.info("A message was left", { domain, message: id, seconds, personal: { mailbox } }),
  });
  return { subscriptions, lamps };
}
