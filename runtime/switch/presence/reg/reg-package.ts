/** The event package reg (RFC 3680): a user's own registrations, told with their full state. */
import { toText, toWire } from "../../../base/text.ts";
import type { BindingRow } from "../../../port/store.ts";
import type { BindingChange } from "../../registrar/update.ts";
import type { DurationLimits, EventPackage, Permission, Resource, StateBody, Subscriber } from "../event-package.ts";
import { Lingering } from "../lingering.ts";
import type { Watching } from "../watching.ts";
import { element, formatXml, type XmlElement } from "../xml/element.ts";

export const REG = "reg";
const REGINFO_TYPE = "application/reginfo+xml";
const NAMESPACE = "urn:ietf:params:xml:ns:reginfo";
const PAUSE_MS = 5_000;
const LINGER_MS = 10_000;

export interface RegPackageOptions {
  readonly now: () => number;
  readonly watching: Watching;
  /** Live contacts, best first. */
  readonly contactsOf: (domain: string, user: string) => readonly BindingRow[];
  readonly uriOf: (domain: string, user: string) => string;
}

interface EndedContact {
  readonly binding: BindingRow;
  readonly event: "expired" | "unregistered";
}

export class RegPackage implements EventPackage {
  readonly name = REG;
  readonly types: readonly string[] = [REGINFO_TYPE];
  /** RFC 3680 §4.4 has an hour and more; ours are as long as registrations are. */
  readonly duration: DurationLimits = { min: 60, max: 3600, default: 3600 };
  readonly pauseMs = PAUSE_MS;
  readonly #options: RegPackageOptions;
  readonly #ended: Lingering<EndedContact>;

  constructor(options: RegPackageOptions) {
    this.#options = options;
    this.#ended = new Lingering(LINGER_MS, options.now);
  }

  /** A contact has ended and somebody watches its user. */
  noteEnd({ binding }: BindingChange): void {
    const event = binding.expiresAt <= this.#options.now() ? "expired" : "unregistered";
    this.#ended.add({ domain: binding.domain, name: binding.user }, { binding, event });
  }

  /** RFC 3680 §4.5: registrations are nobody else's business. */
  authorise(subscriber: Subscriber, names: readonly string[]): Permission {
    return this.#options.watching.authoriseOwn(subscriber, names);
  }

  body(resource: Resource, version: number): StateBody {
    const { contactsOf, uriOf, now } = this.#options;
    const { domain, name } = resource;
    const live = contactsOf(domain, name);
    const isLive = new Set(live.map(({ contact }) => contact));
    const ended = this.#ended.of(resource).filter(({ binding }) => !isLive.has(binding.contact));
    const registration = element(
      "registration",
      { aor: toText(uriOf(domain, name)), id: name, state: stateOf(live, ended) },
      ...live.map((binding) => liveContact(binding, now())),
      ...ended.map(endedContact),
    );
    const root = element("reginfo", { xmlns: NAMESPACE, version, state: "full" }, registration);
    return { type: REGINFO_TYPE, text: toWire(formatXml(root)) };
  }
}

/** RFC 3680 §5.2: no contact and nothing known of one is `init`. */
function stateOf(live: readonly unknown[], ended: readonly unknown[]): string {
  if (live.length > 0) return "active";
  return ended.length > 0 ? "terminated" : "init";
}

function liveContact(binding: BindingRow, now: number): XmlElement {
  const { q, callId, cseq, expiresAt, registeredAt, contact } = binding;
  const attributes = {
    id: contactId(binding),
    state: "active",
    event: "registered",
    "duration-registered": Math.max(0, Math.floor((now - registeredAt) / 1000)),
    expires: Math.max(0, Math.ceil((expiresAt - now) / 1000)),
    q: q === 1 ? null : q,
    callid: toText(callId),
    cseq,
  };
  return element("contact", attributes, element("uri", {}, toText(contact)));
}

function endedContact({ binding, event }: EndedContact): XmlElement {
  const { callId, cseq, contact } = binding;
  const attributes = { id: contactId(binding), state: "terminated", event, callid: toText(callId), cseq };
  return element("contact", attributes, element("uri", {}, toText(contact)));
}

/** The same for one contact in all documents, and no other's: its URI, in characters that an id may have. */
function contactId({ contact }: BindingRow): string {
  return `c${Buffer.from(contact, "latin1").toString("base64url")}`;
}
