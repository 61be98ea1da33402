import { type Answer, type DecodedPacket, decode, encode } from "dns-packet";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../../../runtime/sip/transport/dns/answer.ts";

function packet(answers: Answer[], rcode = 0, authorities: Answer[] = []): DecodedPacket {
  const bytes = encode({
    type: "response",
    id: 1,
    flags: 0x180,
    questions: [{ type: "A", name: "a.test" }],
    answers,
    authorities,
  });
  bytes[3] = ((bytes[3] ?? 0) & 0xf0) | rcode;
  return decode(bytes);
}

function a(name: string, data: string, ttl = 60): Answer {
  return { type: "A", class: "IN", name, data, ttl };
}

function cname(name: string, data: string, ttl = 60): Answer {
  return { type: "CNAME", class: "IN", name, data, ttl };
}

function soa(ttl: number, minimum: number): Answer {
  const data = { mname: "ns.test", rname: "root.test", serial: 1, refresh: 1, retry: 1, expire: 1, minimum };
  return { type: "SOA", class: "IN", name: "test", ttl, data };
}

describe("what a DNS packet says about a question (RFC 1035, RFC 2308)", () => {
  it("is the records of that name and type, for as long as the shortest of them lasts", () => {
    const answers = [a("A.test", "192.0.2.1", 300), a("other.test", "192.0.2.66"), a("a.test", "192.0.2.2", 30)];
    expect(readAnswer(packet(answers), "A", "a.TEST")).toEqual({
      type: "records",
      records: ["192.0.2.1", "192.0.2.2"],
      ttlSeconds: 30,
    });
  });

  it("is that of the name for which it stands, for as long as both last", () => {
    const answers = [cname("a.test", "b.test", 20), cname("b.test", "c.test", 90), a("c.test", "192.0.2.1", 60)];
    expect(readAnswer(packet(answers), "A", "a.test")).toMatchObject({ records: ["192.0.2.1"], ttlSeconds: 20 });
  });

  it("is another name, where the packet says nothing about that one", () => {
    const answer = readAnswer(packet([cname("a.test", "Elsewhere.test", 20)]), "A", "a.test");
    expect(answer).toEqual({ type: "alias", name: "elsewhere.test", ttlSeconds: 20 });
  });

  it.each([
    ["the zone's minimum", 0, soa(600, 120), 120],
    ["the life of its SOA, where that is shorter", 3, soa(60, 120), 60],
  ])("is that there is nothing, for %s", (_, rcode, authority, ttlSeconds) => {
    expect(readAnswer(packet([], rcode, [authority]), "A", "a.test")).toEqual({ type: "nothing", ttlSeconds });
  });

  it("is that there is nothing, for nobody knows how long", () => {
    expect(readAnswer(packet([], 3), "A", "a.test")).toEqual({ type: "nothing", ttlSeconds: undefined });
  });

  it.each([2, 5])("is a failure where the server says error %d", (rcode) => {
    expect(readAnswer(packet([], rcode), "A", "a.test")).toEqual({ type: "failure", rcode });
  });

  it("ends where names stand for each other", () => {
    const circle = [cname("a.test", "b.test"), cname("b.test", "a.test")];
    expect(readAnswer(packet(circle), "A", "a.test").type).toMatch(/alias|nothing/);
    const chain = Array.from({ length: 500 }, (_, index) => cname(`n${index}.test`, `n${index + 1}.test`));
    expect(readAnswer(packet(chain), "A", "n0.test")).toMatchObject({ type: "alias", name: "n9.test" });
  });

  it("is 256 records at the most", () => {
    const answers = Array.from({ length: 2000 }, (_, index) => a("a.test", `192.0.2.${index % 250}`));
    expect(readAnswer(packet(answers), "A", "a.test")).toMatchObject({ records: { length: 256 } });
  });

  it("lasts no time where its highest bit is set (RFC 2181 §8)", () => {
    expect(readAnswer(packet([a("a.test", "192.0.2.1", 0xffffffff)]), "A", "a.test")).toMatchObject({ ttlSeconds: 0 });
  });
});
