/** Answers of DNS servers: what can be decoded can be read, and no more comes out of it than is ever tried. */
import { decode, encode } from "dns-packet";
import fc from "fast-check";
import { type AskedType, readAnswer } from "../../../runtime/sip/transport/dns/answer.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const TYPES: readonly AskedType[] = ["A", "AAAA", "SRV", "NAPTR"];
const NAME = "example.com";
const MOST_RECORDS = 256;

export const dns: Target = {
  samples: samples(),
  inputs: (seeds) =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: mutated(seeds, {
          words: ["\xc0\x0c", "\xc0\x00", "\0", "\x07example\x03com\0", "\0\x05\0\x01", "\xff\xff"],
        }),
      },
      { weight: 1, arbitrary: octets(200) },
    ),
  run(input) {
    let packet: ReturnType<typeof decode>;
    try {
      packet = decode(Buffer.from(input, "latin1"));
    } catch {
      return;
    }
    for (const type of TYPES) {
      const answer = readAnswer(packet, type, NAME);
      if (answer.type === "records") {
        holds(answer.records.length > 0 && answer.records.length <= MOST_RECORDS, "An answer without a bound.");
        holds(Number.isFinite(answer.ttlSeconds) && answer.ttlSeconds >= 0, "A life that is no time.");
      }
    }
  },
};

function samples(): string[] {
  const record = { name: NAME, ttl: 60 } as const;
  const srv = { priority: 1, weight: 2, port: 5060, target: "a.example.com" };
  const naptr = {
    order: 1,
    preference: 2,
    flags: "s",
    services: "SIP+D2U",
    regexp: "",
    replacement: "_sip._udp.example.com",
  };
  const soa = { mname: "ns", rname: "root", serial: 1, refresh: 2, retry: 3, expire: 4, minimum: 5 };
  const response = { type: "response", id: 1, flags: 0x100 } as const;
  const packets = TYPES.map((type) =>
    encode({
      ...response,
      questions: [{ type, name: NAME }],
      answers: [
        { ...record, type: "CNAME", data: "other.example.com" },
        { ...record, type: "A", data: "192.0.2.1" },
        { ...record, type: "AAAA", data: "2001:db8::1" },
        { ...record, type: "SRV", data: srv },
        { ...record, type: "NAPTR", data: naptr },
      ],
    }),
  );
  const denial = encode({
    ...response,
    flags: 3,
    questions: [{ type: "A", name: NAME }],
    authorities: [{ ...record, type: "SOA", data: soa }],
  });
  return [...packets, denial].map((bytes) => Buffer.from(bytes).toString("latin1"));
}
