/**
 * DNS for `locate`: the system's servers with a timeout, after /etc/hosts, behind a small cache. Names come from
 * strangers, so questions under way and answers kept are bounded.
 */
import { Resolver as DnsServers } from "node:dns/promises";
import type { Clock } from "../../base/clock.ts";
import { type HostsEntry, type HostsTable, readHosts } from "./hosts-file.ts";
import type { Resolver, SrvRecord } from "./locate.ts";

const TIMEOUT_MS = 2000;
const TRIES = 2;
const MAX_ENTRIES = 1024;
const MAX_UNANSWERED = 256;
const MAX_TTL_MS = 300_000;
const MIN_TTL_MS = 5000;
/** Node does not tell the TTL of SRV records. */
const SRV_TTL_MS = 60_000;
/** For how long it is believed that a name has no records, or that its servers are dead. */
const FAILURE_TTL_MS = 5000;
/** What a server says when there is nothing of that name and type. */
const NO_RECORDS: ReadonlySet<string> = new Set(["ENODATA", "ENOTFOUND"]);
/** RFC 1035 §2.3.4, and the characters that host and service names are made of. */
const NAME = /^[a-z0-9_-](?:[a-z0-9._-]{0,252})$/i;

interface Answer<Item> {
  readonly items: readonly Item[];
  readonly ttlMs: number;
}

interface Entry {
  readonly answer: Promise<Answer<unknown>>;
  /** Infinite while the question is under way. */
  until: number;
}

export class DnsResolver implements Resolver {
  readonly #clock: Clock;
  readonly #dns: DnsServers;
  readonly #hostsPath: string;
  /** By type and name, oldest first. */
  readonly #entries = new Map<string, Entry>();
  #unanswered = 0;

  /** `servers`: as `address[:port]`, @default those of the system. `timeoutMs`: of one try, @default 2000. */
  constructor(options: { clock: Clock; servers?: readonly string[]; timeoutMs?: number; hostsPath?: string }) {
    this.#clock = options.clock;
    this.#hostsPath = options.hostsPath ?? "/etc/hosts";
    this.#dns = new DnsServers({ timeout: options.timeoutMs ?? TIMEOUT_MS, tries: TRIES });
    if (options.servers !== undefined) this.#dns.setServers([...options.servers]);
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#ask("srv", name, async () => {
      const records = await this.#dns.resolveSrv(name);
      const items = records.map(({ name: target, port, priority, weight }) => ({
        name: target,
        port,
        priority,
        weight,
      }));
      return { items, ttlMs: SRV_TTL_MS };
    });
  }

  a(name: string): Promise<readonly string[]> {
    return this.#ask("a", name, async () => {
      const entry = await this.#inHosts(name);
      if (entry !== undefined) return { items: entry.ipv4, ttlMs: MIN_TTL_MS };
      return toAnswer(await this.#dns.resolve4(name, { ttl: true }));
    });
  }

  aaaa(name: string): Promise<readonly string[]> {
    return this.#ask("aaaa", name, async () => {
      const entry = await this.#inHosts(name);
      if (entry !== undefined) return { items: entry.ipv6, ttlMs: MIN_TTL_MS };
      return toAnswer(await this.#dns.resolve6(name, { ttl: true }));
    });
  }

  /** Gives up the questions under way. */
  close(): void {
    this.#dns.cancel();
  }

  async #inHosts(name: string): Promise<HostsEntry | undefined> {
    const table: HostsTable = await readHosts(this.#hostsPath);
    return table.get(name.toLowerCase());
  }

  async #ask<Item>(type: string, name: string, question: () => Promise<Answer<Item>>): Promise<readonly Item[]> {
    if (!NAME.test(name)) return [];
    const key = `${type} ${name.toLowerCase()}`;
    const known = this.#entries.get(key);
    // The key holds the type of record, and with it the type of the items.
    if (known !== undefined && known.until > this.#clock.now()) return (await known.answer).items as readonly Item[];
    if (this.#unanswered >= MAX_UNANSWERED)
      throw new Error(`${MAX_UNANSWERED} DNS questions wait for an answer already.`);
    const answer = question().catch(toNoRecords<Item>);
    const entry: Entry = { answer, until: Number.POSITIVE_INFINITY };
    this.#remember(key, entry);
    this.#unanswered++;
    try {
      const { items, ttlMs } = await answer;
      entry.until = this.#clock.now() + ttlMs;
      return items;
    } catch (error) {
      entry.until = this.#clock.now() + FAILURE_TTL_MS;
      throw error;
    } finally {
      this.#unanswered--;
    }
  }

  #remember(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (this.#entries.size <= MAX_ENTRIES) return;
    const [oldest] = this.#entries.keys();
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}

function toAnswer(records: readonly { readonly address: string; readonly ttl: number }[]): Answer<string> {
  let ttlMs = MAX_TTL_MS;
  for (const record of records) ttlMs = Math.min(ttlMs, record.ttl * 1000);
  return { items: records.map((record) => record.address), ttlMs: Math.max(ttlMs, MIN_TTL_MS) };
}

function toNoRecords<Item>(error: NodeJS.ErrnoException): Answer<Item> {
  if (NO_RECORDS.has(error.code ?? "")) return { items: [], ttlMs: FAILURE_TTL_MS };
  throw error;
}
