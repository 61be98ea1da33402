/**
 * Asks DNS servers in turn until one has an answer (RFC 1035 §7.2), and follows names that stand for others. A server
 * that was silent is asked last for a while, and none is asked twice while all are silent.
 */
import { type AskedType, type DnsAnswer, type RecordData, readAnswer } from "./answer.ts";
import { exchange } from "./exchange.ts";
import { DnsFailure } from "./failure.ts";
import type { DnsServer } from "./servers.ts";

const TIMEOUT_MS = 2000;
const ROUNDS = 2;
const MAX_ALIASES = 8;
/** For how long a silent server comes last. */
const SILENT_MS = 30_000;
const FORMAT_ERROR = 1;
const NOT_IMPLEMENTED = 4;

/** Hears of questions that somebody has answered, and of those that nobody has. */
export interface DnsOutage {
  worked(): void;
  failed(fields: { readonly problem: string }): void;
}

/** What is known in the end: an alias has been followed. */
export type Found<Data> = Extract<DnsAnswer<Data>, { type: "records" | "nothing" }>;

export class DnsClient {
  readonly #servers: () => readonly DnsServer[];
  readonly #timeoutMs: number;
  readonly #outage: DnsOutage | undefined;
  readonly #silentUntil = new Map<string, number>();
  #isClosed = false;

  /** `timeoutMs`: of one question to one server. @default 2000. `outage`: told whether somebody answers. */
  constructor(servers: () => readonly DnsServer[], timeoutMs = TIMEOUT_MS, outage?: DnsOutage) {
    this.#outage = outage;
    this.#servers = servers;
    this.#timeoutMs = timeoutMs;
  }

  async ask<Type extends AskedType>(type: Type, name: string): Promise<Found<RecordData[Type]>> {
    let ttlSeconds = Number.POSITIVE_INFINITY;
    let asked = name;
    for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
      const answer = await this.#askServers(type, asked);
      if (answer.type === "nothing") return answer;
      ttlSeconds = Math.min(ttlSeconds, answer.ttlSeconds);
      if (answer.type === "records") return { ...answer, ttlSeconds };
      asked = answer.name;
    }
    throw new DnsFailure("bad-answer", "A name stands for another, and so on without end.");
  }

  /** No further server is asked. */
  close(): void {
    this.#isClosed = true;
  }

  async #askServers<Type extends AskedType>(
    type: Type,
    name: string,
  ): Promise<Exclude<DnsAnswer<RecordData[Type]>, { type: "failure" }>> {
    let failure = new DnsFailure("unreachable", "No DNS server is known.");
    const rounds = this.#servers().every((server) => this.#isSilent(server)) ? 1 : ROUNDS;
    for (let round = 0; round < rounds; round++) {
      for (const server of this.#inOrder()) {
        if (this.#isClosed) throw new DnsFailure("closed", "The resolver is closed.");
        try {
          const answer = await this.#askServer(type, name, server);
          if (answer.type !== "failure") {
            this.#outage?.worked();
            return answer;
          }
          failure = new DnsFailure("server-failure", `The DNS server ${server.address} says error ${answer.rcode}.`);
        } catch (error) {
          if (!(error instanceof DnsFailure)) throw error;
          failure = error;
        }
      }
    }
    this.#outage?.failed({ problem: failure.message });
    throw failure;
  }

  async #askServer<Type extends AskedType>(
    type: Type,
    name: string,
    server: DnsServer,
  ): Promise<DnsAnswer<RecordData[Type]>> {
    try {
      const packet = await exchange({ type, name, isExtended: true }, server, this.#timeoutMs);
      this.#silentUntil.delete(keyOf(server));
      const answer = readAnswer(packet, type, name);
      const isTooOld = answer.type === "failure" && (answer.rcode === FORMAT_ERROR || answer.rcode === NOT_IMPLEMENTED);
      if (!isTooOld) return answer;
      const plain = await exchange({ type, name, isExtended: false }, server, this.#timeoutMs);
      return readAnswer(plain, type, name);
    } catch (error) {
      this.#silentUntil.set(keyOf(server), performance.now() + SILENT_MS);
      throw error;
    }
  }

  #inOrder(): readonly DnsServer[] {
    return this.#servers().toSorted((a, b) => Number(this.#isSilent(a)) - Number(this.#isSilent(b)));
  }

  #isSilent(server: DnsServer): boolean {
    return (this.#silentUntil.get(keyOf(server)) ?? 0) > performance.now();
  }
}

function keyOf({ address, port }: DnsServer): string {
  return `${address} ${port}`;
}
