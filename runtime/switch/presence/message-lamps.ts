/**
 * Message lamps: tells subscribers of message-summary that a mailbox has changed, and, without being asked, the registered
 * phones of users who have no subscription. Many phones never subscribe and expect just that (RFC 3842 has no name for it).
 */
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type { MailboxCounts, Mailboxes } from "../../port/mailbox.ts";
import type { BindingRow } from "../../port/store.ts";
import type { ClientRequest, RequestUser } from "../../sip/client-request.ts";
import type { HeaderField } from "../../sip/message/message.ts";
import type { SipStack } from "../../sip/stack.ts";
import { type Reach, reachOf } from "../reach.ts";
import type { BindingChange } from "../registrar/update.ts";
import type { Directory } from "../target.ts";
import { Lamp, type LampHost, type LampState } from "./lamp.ts";
import { MESSAGE_SUMMARY, type MessageSummary } from "./message-summary.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Phones whose lamp is remembered; one that is forgotten is told once more. */
const MOST_LAMPS = 100_000;
const SETTLE_MS = 3_000;

export interface MessageLampsOptions {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  readonly mailboxes: Pick<Mailboxes, "has" | "counts">;
  readonly directory: Pick<Directory, "contactsOf">;
  readonly subscriptions: Subscriptions;
  readonly summary: MessageSummary;
  /** Whether phones that have not subscribed are told as well. @default true */
  readonly unsolicited?: boolean;
  /** How long a phone that has registered is left in peace. @default 3000 */
  readonly settleMs?: number;
}

export class MessageLamps {
  readonly #options: MessageLampsOptions;
  readonly #isUnsolicited: boolean;
  readonly #host: LampHost;
  /** By contact; the oldest come first. */
  readonly #lamps = new Map<string, Lamp>();

  constructor(options: MessageLampsOptions) {
    this.#options = options;
    this.#isUnsolicited = options.unsolicited ?? true;
    this.#host = {
      clock: options.clock,
      pauseMs: options.summary.pauseMs,
      settleMs: options.settleMs ?? SETTLE_MS,
      countsFor: (state) => this.#countsFor(state),
      send: (state, counts, user) => this.#send(state, counts, user),
    };
  }

  /** Lamps that are remembered. */
  get size(): number {
    return this.#lamps.size;
  }

  /** For `MailboxWatcher`. */
  mailboxChanged(domain: string, mailbox: string): void {
    const { subscriptions, directory } = this.#options;
    subscriptions.resourceChanged(MESSAGE_SUMMARY, { domain, name: mailbox });
    if (!this.#isUnsolicited || this.#hasSubscribed(domain, mailbox)) return;
    for (const binding of directory.contactsOf(domain, mailbox)) this.#lampOf(binding).changed();
  }

  /** For the registrar's `onChange`. */
  bindingChanged({ what, binding }: BindingChange): void {
    if (!this.#isUnsolicited) return;
    const key = keyOf(binding);
    const lamp = this.#lamps.get(key);
    if (what === "unregistered") {
      lamp?.unregistered();
      if (lamp?.isForgettable) this.#lamps.delete(key);
      return;
    }
    const { domain, user } = binding;
    if (!this.#options.mailboxes.has(domain, user)) return;
    const counts = this.#options.mailboxes.counts(domain, user);
    lamp?.registered(binding, counts);
    if (lamp?.isForgettable) this.#lamps.delete(key);
    if (lamp === undefined && counts.new > 0 && !this.#hasSubscribed(domain, user)) this.#lampOf(binding).settle();
  }

  /** A user is gone. */
  userRemoved(domain: string, user: string): void {
    this.#options.subscriptions.userRemoved(domain, user);
    for (const [key, lamp] of this.#lamps) {
      if (lamp.state.domain !== domain || lamp.state.user !== user) continue;
      lamp.stop();
      this.#lamps.delete(key);
    }
  }

  #lampOf(binding: BindingRow): Lamp {
    const key = keyOf(binding);
    const known = this.#lamps.get(key);
    if (known !== undefined) return known;
    for (const [oldest, lamp] of this.#lamps) {
      if (this.#lamps.size < MOST_LAMPS) break;
      lamp.stop();
      this.#lamps.delete(oldest);
    }
    const lamp = new Lamp(binding, this.#host);
    this.#lamps.set(key, lamp);
    return lamp;
  }

  #hasSubscribed(domain: string, user: string): boolean {
    return this.#options.subscriptions.hasSubscriber(MESSAGE_SUMMARY, { domain, name: user });
  }

  #countsFor({ domain, user }: LampState): MailboxCounts | undefined {
    const { mailboxes } = this.#options;
    if (!mailboxes.has(domain, user) || this.#hasSubscribed(domain, user)) return undefined;
    return mailboxes.counts(domain, user);
  }

  /** `undefined` where the phone is not registered any more, or a bug of ours keeps it from being told. */
  #send(state: LampState, counts: MailboxCounts, user: RequestUser): ClientRequest | undefined {
    const { directory, log } = this.#options;
    const binding = directory.contactsOf(state.domain, state.user).find(({ contact }) => contact === state.contact);
    const reach = binding === undefined ? undefined : reachOf(binding);
    if (binding === undefined || reach === undefined) return undefined;
    try {
      return this.#notify(binding, reach, counts, user);
    } catch (error) {
      log.error("A phone could not be told of its messages", { error, personal: { user: state.user } });
      return undefined;
    }
  }

  /**
   * Deviation: RFC 6665 §4.2 knows no NOTIFY without a subscription. Phones take it all the same; one that does not
   * answers 481 and is left alone.
   */
  #notify(binding: BindingRow, { uri, hop, route }: Reach, counts: MailboxCounts, user: RequestUser): ClientRequest {
    const { stack, summary } = this.#options;
    const { domain, user: name } = binding;
    const account = `<${summary.account(domain, name)}>`;
    const body = summary.bodyOf(domain, name, counts);
    return stack.send(
      {
        method: "NOTIFY",
        uri,
        hop,
        fields: [
          ...route.map((value): HeaderField => ["Route", value]),
          ["From", `${account};tag=${stack.mint.tag()}`],
          ["To", account],
          ["Call-ID", stack.mint.callId()],
          ["CSeq", "1 NOTIFY"],
          ["Max-Forwards", "70"],
          ["Event", MESSAGE_SUMMARY],
          ["Subscription-State", "active"],
          ["Content-Type", body.type],
        ],
        contactUser: "voicemail",
        body: body.text,
      },
      user,
    );
  }
}

/** A URI holds no blank, nor does the name of a domain or a user. */
function keyOf({ domain, user, contact }: BindingRow): string {
  return `${domain} ${user} ${contact}`;
}
