import { describe, expect, it } from "vitest";
import { parseUri, type SipUri } from "../../../../runtime/sip/message/uri.ts";
import {
  type Destination,
  locate,
  locateNumeric,
  orderByWeight,
  type Resolver,
  type SrvRecord,
  unsupportedReason,
} from "../../../../runtime/sip/transport/locate.ts";

function sipUri(text: string): SipUri {
  const uri = parseUri(text);
  if (uri?.kind !== "sip") throw new Error(`${text} is no SIP URI`);
  return uri;
}

interface Zone {
  readonly srv?: Readonly<Record<string, readonly SrvRecord[]>>;
  readonly a?: Readonly<Record<string, readonly string[]>>;
  readonly aaaa?: Readonly<Record<string, readonly string[]>>;
}

/** A resolver over literal records; it notes what it was asked. */
function resolverOf(zone: Zone): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  const answer = <Item>(type: string, name: string, records?: Readonly<Record<string, readonly Item[]>>) => {
    asked.push(`${type} ${name}`);
    return Promise.resolve(records?.[name] ?? []);
  };
  return {
    asked,
    srv: (name) => answer("srv", name, zone.srv),
    a: (name) => answer("a", name, zone.a),
    aaaa: (name) => answer("aaaa", name, zone.aaaa),
  };
}

function record(name: string, priority = 0, weight = 0, port = 5060): SrvRecord {
  return { name, port, priority, weight };
}

function brief(destinations: readonly Destination[]): string[] {
  return destinations.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
}

const first = () => 0;

describe("locating a numeric host (RFC 3263 §4.1, §4.2)", () => {
  it.each([
    ["sip:192.0.2.1", "udp 192.0.2.1 5060"],
    ["sip:a@192.0.2.1:5070;transport=tcp", "tcp 192.0.2.1 5070"],
    ["sip:192.0.2.1;transport=TCP", "tcp 192.0.2.1 5060"],
    ["sip:[2001:db8::1]:5070", "udp 2001:db8::1 5070"],
    ["sip:192.0.2.1;maddr=198.51.100.9", "udp 192.0.2.1 5060"],
  ])("%s leads to %s at once", (uri, destination) => {
    expect(brief(locateNumeric(sipUri(uri)) ?? [])).toEqual([destination]);
  });

  it("leaves names to DNS", () => {
    expect(locateNumeric(sipUri("sip:a.example"))).toBeUndefined();
  });

  it.each(["sips:192.0.2.1", "sips:a.example", "sip:192.0.2.1;transport=ws", "sip:a.example;transport=tls"])(
    "finds nothing for %s and says why",
    (uri) => {
      expect(locateNumeric(sipUri(uri))).toEqual([]);
      expect(unsupportedReason(sipUri(uri))).toMatch(/not supported/);
    },
  );
});

describe("locating a name (RFC 3263 §4)", () => {
  it("asks only for addresses where the URI gives a port", async () => {
    const resolver = resolverOf({ a: { "a.example": ["192.0.2.1"] }, aaaa: { "a.example": ["2001:db8::1"] } });
    expect(brief(await locate(sipUri("sip:a.example:5070;transport=tcp"), resolver))).toEqual([
      "tcp 192.0.2.1 5070",
      "tcp 2001:db8::1 5070",
    ]);
    expect(resolver.asked).toEqual(["a a.example", "aaaa a.example"]);
  });

  it("follows the SRV records of the transport that the URI names", async () => {
    const resolver = resolverOf({
      srv: { "_sip._tcp.a.example": [record("two.example", 20, 0, 5080), record("one.example", 10, 0, 5070)] },
      a: { "one.example": ["192.0.2.1"], "two.example": ["192.0.2.2"] },
    });
    expect(brief(await locate(sipUri("sip:a.example;transport=tcp"), resolver, first))).toEqual([
      "tcp 192.0.2.1 5070",
      "tcp 192.0.2.2 5080",
    ]);
    expect(resolver.asked[0]).toBe("srv _sip._tcp.a.example");
    expect(resolver.asked).not.toContain("srv _sip._udp.a.example");
  });

  it("takes UDP before TCP where the URI names no transport", async () => {
    const resolver = resolverOf({
      srv: { "_sip._udp.a.example": [record("u.example")], "_sip._tcp.a.example": [record("t.example")] },
      a: { "u.example": ["192.0.2.1"], "t.example": ["192.0.2.2"] },
    });
    expect(brief(await locate(sipUri("sip:a.example"), resolver, first))).toEqual([
      "udp 192.0.2.1 5060",
      "tcp 192.0.2.2 5060",
    ]);
  });

  it("takes TCP where only TCP has records", async () => {
    const resolver = resolverOf({
      srv: { "_sip._tcp.a.example": [record("t.example")] },
      a: { "t.example": ["192.0.2.2"], "a.example": ["192.0.2.9"] },
    });
    expect(brief(await locate(sipUri("sip:a.example"), resolver, first))).toEqual(["tcp 192.0.2.2 5060"]);
  });

  it("falls back to the addresses of the name and the default port where there are no SRV records", async () => {
    const resolver = resolverOf({ a: { "a.example": ["192.0.2.1", "192.0.2.2"] } });
    expect(brief(await locate(sipUri("sip:a.example"), resolver))).toEqual([
      "udp 192.0.2.1 5060",
      "udp 192.0.2.2 5060",
    ]);
  });

  it("does not fall back where the records say that there is no such service (RFC 2782)", async () => {
    const resolver = resolverOf({ srv: { "_sip._udp.a.example": [record(".")] }, a: { "a.example": ["192.0.2.1"] } });
    expect(await locate(sipUri("sip:a.example"), resolver)).toEqual([]);
    expect(resolver.asked).toEqual(["srv _sip._udp.a.example", "srv _sip._tcp.a.example"]);
  });

  it("passes over records with port 0", async () => {
    const resolver = resolverOf({
      srv: { "_sip._udp.a.example": [record("bad.example", 0, 0, 0), record("good.example", 1)] },
      a: { "bad.example": ["192.0.2.66"], "good.example": ["192.0.2.1"] },
    });
    expect(brief(await locate(sipUri("sip:a.example;transport=udp"), resolver, first))).toEqual(["udp 192.0.2.1 5060"]);
  });

  it("gives at most eight destinations, whatever a zone lists", async () => {
    const many = Array.from({ length: 500 }, (_, index) => `192.0.2.${index % 250}`);
    const records = Array.from({ length: 500 }, (_, index) => record("a.example", index));
    const addresses = resolverOf({ a: { "a.example": many } });
    const services = resolverOf({ srv: { "_sip._udp.a.example": records }, a: { "a.example": many } });
    expect(await locate(sipUri("sip:a.example"), addresses)).toHaveLength(8);
    expect(await locate(sipUri("sip:a.example"), services, first)).toHaveLength(8);
    expect(services.asked.length).toBeLessThan(20);
  });

  it("goes on without what DNS does not answer", async () => {
    const resolver: Resolver = {
      srv: () => Promise.reject(new Error("no answer")),
      a: () => Promise.resolve(["192.0.2.1"]),
      aaaa: () => Promise.reject(new Error("no answer")),
    };
    expect(brief(await locate(sipUri("sip:a.example"), resolver))).toEqual(["udp 192.0.2.1 5060"]);
  });

  it("finds nothing where DNS answers nothing at all", async () => {
    const resolver: Resolver = { srv: reject, a: reject, aaaa: reject };
    expect(await locate(sipUri("sip:a.example"), resolver)).toEqual([]);
  });
});

function reject(): Promise<never> {
  return Promise.reject(new Error("no answer"));
}

describe("the order of SRV records (RFC 2782)", () => {
  it("puts lower priorities first and draws by weight within one", () => {
    const records = [record("c", 20), record("light", 10, 1), record("heavy", 10, 3)];
    const names = (lot: number) => orderByWeight(records, () => lot).map(({ name }) => name);
    expect(names(0.1)).toEqual(["light", "heavy", "c"]);
    expect(names(0.3)).toEqual(["heavy", "light", "c"]);
  });

  it("gives each record its share of the first places", () => {
    const records = [record("light", 0, 1), record("heavy", 0, 3)];
    const draws = Array.from({ length: 100 }, (_, index) => orderByWeight(records, () => (index + 0.5) / 100)[0]?.name);
    expect(draws.filter((name) => name === "heavy")).toHaveLength(75);
  });

  it("spreads records without weights evenly", () => {
    const records = [record("a"), record("b"), record("c"), record("d")];
    expect([0.1, 0.3, 0.6, 0.9].map((lot) => orderByWeight(records, () => lot)[0]?.name)).toEqual(["a", "b", "c", "d"]);
  });
});
