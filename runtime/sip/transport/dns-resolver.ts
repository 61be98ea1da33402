/**
 * DNS for `locate`: the system's table of names first, then its servers or those of the configuration, behind a cache.
 * Node's own resolver does not tell the time to live of SRV and NAPTR, so the questions are ours.
 */
import type { Clock } from "../../base/clock.ts";
import { type AskedType, canonicalName, type RecordData } from "./dns/answer.ts";
import { DnsCache, type Fetched } from "./dns/cache.ts";
import { DnsClient, type DnsOutage } from "./dns/client.ts";
import { serverList } from "./dns/servers.ts";
import { type HostsEntry, readHosts } from "./hosts-file.ts";
import type { NaptrRecord, Resolver, SrvRecord } from "./locate.ts";

/** RFC 1035 §2.3.4, and the characters that host and service names are made of. */
const NAME = /^(?=.{1,253}$)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*$/;

export interface DnsOptions {
  /** As `address[:port]`, IPv6 in brackets where a port follows. @default those of the system */
  readonly servers?: readonly string[] | undefined;
  /** Of one question to one server. @default 2000 */
  readonly timeoutMs?: number | undefined;
}

export class DnsResolver implements Resolver {
  readonly #clock: Clock;
  readonly #hostsPath: string;
  readonly #cache: DnsCache;
  readonly #outage: DnsOutage | undefined;
  #client: DnsClient;

  /** `hostsPath`: @default "/etc/hosts" */
  constructor(
    options: DnsOptions & { readonly clock: Clock; readonly hostsPath?: string; readonly outage?: DnsOutage },
  ) {
    this.#outage = options.outage;
    this.#clock = options.clock;
    this.#hostsPath = options.hostsPath ?? "/etc/hosts";
    this.#cache = new DnsCache(options.clock);
    this.#client = this.#clientFor(options);
  }

  naptr(name: string): Promise<readonly NaptrRecord[]> {
    return this.#find("NAPTR", name);
  }

  srv(name: string): Promise<readonly SrvRecord[]> {
    return this.#find("SRV", name);
  }

  a(name: string): Promise<readonly string[]> {
    return this.#find("A", name, (entry) => entry.ipv4);
  }

  aaaa(name: string): Promise<readonly string[]> {
    return this.#find("AAAA", name, (entry) => entry.ipv6);
  }

  /** Asks other servers from now on, and forgets what the ones before have said. */
  configure(options: DnsOptions): void {
    this.#client.close();
    this.#client = this.#clientFor(options);
    this.#cache.clear();
  }

  /** Gives up the questions under way. */
  close(): void {
    this.#client.close();
  }

  #clientFor({ servers, timeoutMs }: DnsOptions): DnsClient {
    return new DnsClient(
      serverList(servers, () => this.#clock.now()),
      timeoutMs,
      this.#outage,
    );
  }

  async #find<Type extends AskedType>(
    type: Type,
    name: string,
    inHosts?: (entry: HostsEntry) => readonly RecordData[Type][],
  ): Promise<readonly RecordData[Type][]> {
    const asked = canonicalName(name);
    if (!NAME.test(asked)) return [];
    return this.#cache.find(`${type} ${asked}`, async (): Promise<Fetched<RecordData[Type]>> => {
      const entry = inHosts === undefined ? undefined : (await readHosts(this.#hostsPath)).get(asked);
      if (entry !== undefined && inHosts !== undefined) return { items: inHosts(entry), ttlSeconds: 0 };
      const found = await this.#client.ask(type, asked);
      return { items: found.type === "records" ? found.records : [], ttlSeconds: found.ttlSeconds };
    });
  }
}
