/**
 * What a DNS packet says about one question (RFC 1035, RFC 2308): records with their time to live, an alias that is
 * followed elsewhere, or that there is nothing. Packets come from strangers: whatever they hold is bounded here. Pure.
 */
import type { Answer, DecodedPacket, RecordType } from "dns-packet";
import type { NaptrRecord, SrvRecord } from "../locate.ts";

/** Types that are asked for, and what their records hold. */
export interface RecordData {
  A: string;
  AAAA: string;
  SRV: SrvRecord;
  NAPTR: NaptrRecord;
}
export type AskedType = keyof RecordData;

export type DnsAnswer<Data> =
  | { readonly type: "records"; readonly records: readonly Data[]; readonly ttlSeconds: number }
  /** The name stands for another, about which the packet says nothing. */
  | { readonly type: "alias"; readonly name: string; readonly ttlSeconds: number }
  /** `ttlSeconds`: absent where the zone does not say for how long. */
  | { readonly type: "nothing"; readonly ttlSeconds: number | undefined }
  | { readonly type: "failure"; readonly rcode: number };

/** A zone may list thousands; no more than a few are ever tried. */
const MAX_RECORDS = 256;
/** Names that stand for others, one after the other within one packet. */
const MAX_ALIASES = 8;
const RCODE_MASK = 0xf;
const NO_ERROR = 0;
const NO_SUCH_NAME = 3;

export function readAnswer<Type extends AskedType>(
  packet: DecodedPacket,
  type: Type,
  name: string,
): DnsAnswer<RecordData[Type]> {
  const rcode = (packet.flags ?? 0) & RCODE_MASK;
  if (rcode !== NO_ERROR && rcode !== NO_SUCH_NAME) return { type: "failure", rcode };
  const answers = packet.answers ?? [];
  let owner = canonicalName(name);
  let ttlSeconds = Number.POSITIVE_INFINITY;
  for (let aliases = 0; aliases <= MAX_ALIASES; aliases++) {
    const records: RecordData[Type][] = [];
    for (const answer of recordsOf(answers, owner, type)) {
      if (records.length === MAX_RECORDS) break;
      const data = dataOf(answer);
      if (data === undefined) continue;
      // What a record of this type holds is what its type says.
      records.push(data as RecordData[Type]);
      ttlSeconds = Math.min(ttlSeconds, ttlOf(answer));
    }
    if (records.length > 0) return { type: "records", records, ttlSeconds };
    const [alias] = recordsOf(answers, owner, "CNAME");
    if (alias === undefined || alias.type !== "CNAME") break;
    ttlSeconds = Math.min(ttlSeconds, ttlOf(alias));
    owner = canonicalName(alias.data);
  }
  if (owner === canonicalName(name) || rcode === NO_SUCH_NAME) return { type: "nothing", ttlSeconds: denialOf(packet) };
  return { type: "alias", name: owner, ttlSeconds };
}

/** Lower case, without the final dot; the root is a dot. */
export function canonicalName(name: string): string {
  const lower = name.toLowerCase();
  return lower.length > 1 && lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

function* recordsOf(answers: readonly Answer[], owner: string, type: RecordType): Iterable<Answer> {
  for (const answer of answers) {
    if (answer.type !== type || !("class" in answer) || answer.class !== "IN" || canonicalName(answer.name) !== owner)
      continue;
    yield answer;
  }
}

function dataOf(answer: Answer): RecordData[AskedType] | undefined {
  switch (answer.type) {
    case "A":
    case "AAAA":
      return answer.data;
    case "SRV": {
      const { priority = 0, weight = 0, port, target } = answer.data;
      return { name: canonicalName(target), port, priority, weight };
    }
    case "NAPTR": {
      const { order, preference, flags, services, replacement } = answer.data;
      return {
        order,
        preference,
        flags: flags.toLowerCase(),
        service: services.toUpperCase(),
        replacement: canonicalName(replacement),
      };
    }
    default:
      return undefined;
  }
}

/** RFC 2308 §5: for how long there is nothing: the lower one of the SOA's own life and its minimum. */
function denialOf(packet: DecodedPacket): number | undefined {
  for (const authority of packet.authorities ?? []) {
    if (authority.type === "SOA") return Math.min(ttlOf(authority), authority.data.minimum ?? 0);
  }
  return undefined;
}

/** RFC 2181 §8: a life with its highest bit set is none. */
function ttlOf(answer: Answer): number {
  const ttl = "ttl" in answer && typeof answer.ttl === "number" ? answer.ttl : 0;
  return ttl > 0x7fffffff ? 0 : ttl;
}
