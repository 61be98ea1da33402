/** What the API does with the guard: bans are listed, added and lifted, and sources that are never banned are kept. */
import type { Clock } from "../../base/clock.ts";
import { RequestError } from "../../base/errors.ts";
import { networkOf } from "../../base/network-of.ts";
import { type Network, parseNetwork } from "../../contract/network.ts";
import type {
  AllowedRow,
  AllowedSource,
  Ban,
  BanRow,
  GuardAdmin,
  GuardNews,
  GuardStatus,
  GuardStore,
  NewBan,
} from "../../port/guard.ts";
import type { BanWriter } from "./ban-writer.ts";
import type { Bans } from "./bans.ts";
import type { Guard } from "./guard.ts";
import type { SourceLists } from "./source-lists.ts";

const MOST_ALLOWED = 1000;
/** Those that somebody has set; networks among them are looked through. */
const MOST_SET = 1000;
const BITS = { ipv4: 32, ipv6: 128 } as const;
const BITS_OF_SOURCE = { ipv4: 32, ipv6: 64 } as const;

export interface GuardDeskParts {
  readonly clock: Clock;
  readonly guard: Guard;
  readonly bans: Bans;
  readonly lists: SourceLists;
  readonly writer: BanWriter;
  readonly store: GuardStore;
  tell(news: GuardNews): void;
  refusals(): GuardStatus["refused"];
}

export class GuardDesk implements GuardAdmin {
  readonly #parts: GuardDeskParts;
  readonly #allowed = new Map<string, AllowedSource>();

  constructor(parts: GuardDeskParts) {
    this.#parts = parts;
  }

  async load(): Promise<void> {
    const rows = await this.#parts.store.all();
    for (const row of rows) if (row.kind === "allow") this.#allowed.set(row.source, toAllowed(row));
    this.#parts.bans.load(rows.flatMap((row) => (row.kind === "ban" ? [toBan(row)] : [])));
    this.#applyAllowed();
  }

  status(): GuardStatus {
    const { guard, bans, lists, refusals } = this.#parts;
    const { allow, deny, exempt } = lists.configured;
    return {
      bans: bans.inForce.length,
      ...guard.figures,
      refused: refusals(),
      allow: allow.map(formatNetwork),
      deny: deny.map(formatNetwork),
      exempt: exempt.map(formatNetwork),
    };
  }

  bans(): readonly Ban[] {
    return this.#parts.bans.inForce;
  }

  async ban({ source: text, seconds, reason, by }: NewBan): Promise<Ban> {
    const { bans, clock, store, lists, tell } = this.#parts;
    const { source, network } = readSource(text);
    if (lists.classOf(network.address) === "free") {
      throw new RequestError("conflict", `${source} is exempt, or a trunk: a ban would change nothing.`);
    }
    const isNew = bans.get(source) === undefined;
    const set = bans.inForce.filter((ban) => ban.by !== "switch").length;
    if (isNew && set >= MOST_SET) throw new RequestError("full", `There may be at most ${MOST_SET} bans of your own.`);
    const since = clock.now();
    const until = seconds === null ? null : since + seconds * 1000;
    const ban: Ban = { source, reason, since, until, by, offences: 1 };
    await store.put([{ kind: "ban", ...ban }]);
    bans.set(ban);
    this.#parts.writer.forget(source);
    tell({ what: "banned", ban });
    return ban;
  }

  async lift(text: string): Promise<void> {
    const { bans, guard, writer, store, tell } = this.#parts;
    const { source } = readSource(text);
    const ban = bans.get(source);
    if (ban === undefined) throw new RequestError("not-found", `${source} is not banned.`);
    writer.forget(source);
    await store.remove("ban", [source]);
    bans.remove(source);
    writer.forget(source);
    guard.forgive(source);
    tell({ what: "lifted", ban });
  }

  allowed(): readonly AllowedSource[] {
    return [...this.#allowed.values()];
  }

  async allow({ source: text, reason, by }: Omit<AllowedSource, "since">): Promise<AllowedSource> {
    const { clock, store } = this.#parts;
    const { source } = readSource(text);
    if (!this.#allowed.has(source) && this.#allowed.size >= MOST_ALLOWED) {
      throw new RequestError("full", `There may be at most ${MOST_ALLOWED} sources that are allowed.`);
    }
    const allowed: AllowedSource = { source, reason, since: clock.now(), by };
    await store.put([{ kind: "allow", until: null, offences: 0, ...allowed }]);
    this.#allowed.set(source, allowed);
    this.#applyAllowed();
    return allowed;
  }

  async disallow(text: string): Promise<void> {
    const { source } = readSource(text);
    if (!this.#allowed.has(source)) throw new RequestError("not-found", `${source} is not on the list.`);
    await this.#parts.store.remove("allow", [source]);
    this.#allowed.delete(source);
    this.#applyAllowed();
  }

  #applyAllowed(): void {
    this.#parts.lists.allowToo([...this.#allowed.keys()].flatMap((source) => parseNetwork(source) ?? []));
  }
}

function toBan({ source, reason, since, until, by, offences }: BanRow): Ban {
  return { source, reason, since, until, by, offences };
}

function toAllowed({ source, reason, since, by }: AllowedRow): AllowedSource {
  return { source, reason, since, by };
}

/** An address is the source that it belongs to, which for IPv6 is a /64. */
function readSource(text: string): { readonly source: string; readonly network: Network } {
  const network = parseNetwork(text);
  if (network === undefined) {
    const example = "expected an address or a network such as 192.0.2.0/24";
    throw new RequestError("invalid-request", `${JSON.stringify(text.slice(0, 64))} is no source: ${example}.`);
  }
  const { address, prefix, family } = network;
  const isSource = prefix === BITS[family] || prefix === BITS_OF_SOURCE[family];
  return { source: isSource ? networkOf(address) : `${address.toLowerCase()}/${prefix}`, network };
}

function formatNetwork({ address, prefix, family }: Network): string {
  return prefix === BITS[family] ? address : `${address}/${prefix}`;
}
