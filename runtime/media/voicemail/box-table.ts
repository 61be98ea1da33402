/**
 * All that is known of boxes without asking anybody: whose there are, what is set for them (by the configuration first,
 * then by the store, else by default), how many messages they have, and which greetings.
 */
import { RequestError } from "../../base/errors.ts";
import type {
  GreetingKind,
  MailboxChange,
  MailboxCounts,
  MailboxSetting,
  MailboxSettings,
} from "../../port/mailbox.ts";
import type { Folder, FolderCount, MailboxRow } from "../../port/voicemail-store.ts";
import type { BoxName } from "./folders.ts";

/** Every user has a box. */
export interface BoxOwners {
  has(domain: string, name: string): boolean;
  names(domain: string): readonly string[];
}

/** A user of the configuration, with what it says of the box; `null`: nothing. */
export interface DeclaredBox {
  readonly name: string;
  readonly voicemail: Declaration;
}

interface Declaration extends Readonly<Record<Exclude<MailboxSetting, "pin" | "email">, number | null>> {
  readonly enabled: boolean;
  readonly pin: string | null;
  readonly email: string | null;
}

export interface BoxDefaults {
  readonly maxMessages: number;
  readonly maxSeconds: number;
  readonly retentionDays: number | null;
}

export const GREETING_KINDS: readonly GreetingKind[] = ["unavailable", "busy", "temporary", "name"];
const SETTINGS: readonly MailboxSetting[] = ["pin", "email", "maxMessages", "maxSeconds", "retentionDays"];

type Tally = { -readonly [Name in Folder]: number };

export class BoxTable {
  /** The one that users of the configuration belong to. */
  readonly domain: string;
  readonly #owners: BoxOwners;
  #defaults: BoxDefaults;
  #declared: ReadonlyMap<string, Declaration> = new Map();
  readonly #stored = new Map<string, MailboxRow>();
  readonly #tallies = new Map<string, Tally>();
  readonly #greetings = new Map<string, Set<GreetingKind>>();

  constructor(owners: BoxOwners, domain: string, defaults: BoxDefaults) {
    this.#owners = owners;
    this.domain = domain;
    this.#defaults = defaults;
  }

  /** Puts a configuration in force, in place of the one before. */
  declare(boxes: readonly DeclaredBox[], defaults: BoxDefaults): void {
    this.#defaults = defaults;
    this.#declared = new Map(
      boxes.map(({ name, voicemail }) => [keyOf({ domain: this.domain, mailbox: name }), voicemail]),
    );
  }

  setRow(row: MailboxRow): void {
    this.#stored.set(keyOf(row), row);
  }

  removeRow(box: BoxName): void {
    this.#stored.delete(keyOf(box));
  }

  setCounts(counts: readonly FolderCount[]): void {
    this.#tallies.clear();
    for (const { folder, count, ...box } of counts) this.#tally(box)[folder] = count;
  }

  has({ domain, mailbox }: BoxName): boolean {
    return this.#owners.has(domain, mailbox) && this.#declaration({ domain, mailbox })?.enabled !== false;
  }

  /** Whether there is a user of that name, be it one without voicemail. */
  isOwned({ domain, mailbox }: BoxName): boolean {
    return this.#owners.has(domain, mailbox);
  }

  /** Boxes of which there is anything, also those whose user is gone. */
  known(): readonly BoxName[] {
    const greeted = [...this.#greetings].flatMap(([key, kinds]) => (kinds.size > 0 ? [key] : []));
    const keys = new Set([...this.#stored.keys(), ...greeted, ...this.withMessages().map(keyOf)]);
    return [...keys].map(toBox);
  }

  names(domain: string): readonly string[] {
    return this.#owners.names(domain).filter((mailbox) => this.has({ domain, mailbox }));
  }

  settings(box: BoxName): MailboxSettings | undefined {
    if (!this.has(box)) return undefined;
    const declared = this.#declaration(box);
    const row = this.row(box);
    return {
      domain: box.domain,
      mailbox: box.mailbox,
      hasPin: this.pin(box) !== null,
      email: declared?.email ?? row.email,
      greetings: GREETING_KINDS.filter((kind) => this.hasGreeting(box, kind)),
      maxMessages: declared?.maxMessages ?? row.maxMessages ?? this.#defaults.maxMessages,
      maxSeconds: declared?.maxSeconds ?? row.maxSeconds ?? this.#defaults.maxSeconds,
      retentionDays: declared?.retentionDays ?? row.retentionDays ?? this.#defaults.retentionDays,
      managed: declared === undefined ? [] : SETTINGS.filter((name) => declared[name] !== null),
    };
  }

  /** What the store has of a box; all `null` where it has nothing. */
  row(box: BoxName): MailboxRow {
    const { domain, mailbox } = box;
    const unset = { pinHash: null, email: null, maxMessages: null, maxSeconds: null, retentionDays: null };
    return this.#stored.get(keyOf(box)) ?? { domain, mailbox, ...unset };
  }

  /** The PIN as the configuration declares it, or as it is stored. */
  pin(box: BoxName): { readonly type: "plain" | "hash"; readonly text: string } | null {
    const plain = this.#declaration(box)?.pin ?? null;
    if (plain !== null) return { type: "plain", text: plain };
    const { pinHash } = this.row(box);
    return pinHash === null ? null : { type: "hash", text: pinHash };
  }

  counts(box: BoxName): MailboxCounts {
    const tally = this.#tallies.get(keyOf(box));
    return { new: tally?.new ?? 0, saved: tally?.saved ?? 0 };
  }

  /** Boxes that have messages, also those whose owner is gone. */
  withMessages(): readonly BoxName[] {
    return [...this.#tallies].flatMap(([key, tally]) =>
      tally.new + tally.saved + tally.deleted > 0 ? [toBox(key)] : [],
    );
  }

  /** A message has come into a folder, or left it for another or for good. */
  moved(box: BoxName, from: Folder | null, to: Folder | null): void {
    const tally = this.#tally(box);
    if (from !== null) tally[from] = Math.max(0, tally[from] - 1);
    if (to !== null) tally[to]++;
  }

  hasGreeting(box: BoxName, kind: GreetingKind): boolean {
    return this.#greetings.get(keyOf(box))?.has(kind) ?? false;
  }

  setGreeting(box: BoxName, kind: GreetingKind, isThere: boolean): void {
    const kinds = this.#greetings.get(keyOf(box)) ?? new Set();
    if (isThere) kinds.add(kind);
    else kinds.delete(kind);
    this.#greetings.set(keyOf(box), kinds);
  }

  refuseUnknown(box: BoxName): void {
    if (this.has(box)) return;
    const name = JSON.stringify(box.mailbox);
    throw new RequestError("not-found", `There is no mailbox ${name}: no such user, or one without voicemail.`);
  }

  refuseManaged(box: BoxName, change: MailboxChange): void {
    const managed = this.settings(box)?.managed.filter((name) => change[name] !== undefined) ?? [];
    if (managed.length === 0) return;
    const detail = `${managed.join(", ")} of this mailbox: declared in the configuration file; change it there.`;
    throw new RequestError("managed-by-config", detail);
  }

  #declaration(box: BoxName): Declaration | undefined {
    return this.#declared.get(keyOf(box));
  }

  #tally(box: BoxName): Tally {
    const key = keyOf(box);
    const known = this.#tallies.get(key);
    if (known !== undefined) return known;
    const tally = { new: 0, saved: 0, deleted: 0 };
    this.#tallies.set(key, tally);
    return tally;
  }
}

/** Names and domains hold no blank. */
export function keyOf({ domain, mailbox }: BoxName): string {
  return `${domain} ${mailbox}`;
}

function toBox(key: string): BoxName {
  const [domain = "", mailbox = ""] = key.split(" ");
  return { domain, mailbox };
}
