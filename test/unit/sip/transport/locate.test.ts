import { describe, expect, it } from "vitest";
import { parseUri, type SipUri } from "../../../../runtime/sip/message/uri.ts";
import {
  type Destination,
  locate,
  locateNumeric,
  type NaptrRecord,
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
  readonly naptr?: Readonly<Record<string, readonly NaptrRecord[]>>;
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
    naptr: (name) => answer("naptr", name, zone.naptr),
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

function naptr(service: string, replacement: string, order = 10, preference = 0, flags = "s"): NaptrRecord {
  return { order, preference, flags, service, replacement };
}

/** The lot falls on the first of those that are equal. */
const first = { random: () => 0 };

describe("locating a numeric host (RFC 3263 §4.1, §4.2)", () => {
  it.each([
    ["sip:192.0.2.1", "udp 192.0.2.1 5060"],
    ["sip:a@192.0.2.1:5070;transport=tcp", "tcp 192.0.2.1 5070"],
    ["sip:192.0.2.1;transport=TCP", "tcp 192.0.2.1 5060"],
    ["sip:[2001:db8::1]:5070", "udp 2001:db8::1 5070"],
    ["sip:192.0.2.1;maddr=198.51.100.9", "udp 192.0.2.1 5060"],
    ["sips:192.0.2.1", "tls 192.0.2.1 5061"],
    ["sips:192.0.2.1:5071;transport=tcp", "tls 192.0.2.1 5071"],
    ["sip:192.0.2.1;transport=tls", "tls 192.0.2.1 5061"],
  ])("%s leads to %s at once", (uri, destination) => {
    expect(brief(locateNumeric(sipUri(uri)) ?? [])).toEqual([destination]);
  });

  it("leaves names to DNS", () => {
    expect(locateNumeric(sipUri("sip:a.example"))).toBeUndefined();
  });

  it.each([
    ["sip:192.0.2.1;transport=ws", "transport=ws is not supported"],
    ["sip:a.example;transport=sctp", "transport=sctp is not supported"],
    ["sips:192.0.2.1;transport=udp", "sips needs TLS, which transport=udp is not"],
  ])("finds nothing for %s and says why", (uri, why) => {
    expect(locateNumeric(sipUri(uri))).toEqual([]);
    expect(unsupportedReason(sipUri(uri))).toBe(why);
  });

  it("takes TCP where we have no UDP ourselves, and nothing where we have no TLS", () => {
    const canOpen = (transport: string) => transport === "tcp";
    expect(brief(locateNumeric(sipUri("sip:192.0.2.1"), { canOpen }) ?? [])).toEqual(["tcp 192.0.2.1 5060"]);
    expect(locateNumeric(sipUri("sips:192.0.2.1"), { canOpen })).toEqual([]);
  });
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
    expect(resolver.asked).toEqual(["naptr a.example", "srv _sip._udp.a.example", "srv _sip._tcp.a.example"]);
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
      naptr: () => Promise.reject(new Error("no answer")),
      srv: () => Promise.reject(new Error("no answer")),
      a: () => Promise.resolve(["192.0.2.1"]),
      aaaa: () => Promise.reject(new Error("no answer")),
    };
    expect(brief(await locate(sipUri("sip:a.example"), resolver))).toEqual(["udp 192.0.2.1 5060"]);
  });

  it("finds nothing where DNS answers nothing at all", async () => {
    const resolver: Resolver = { naptr: reject, srv: reject, a: reject, aaaa: reject };
    expect(await locate(sipUri("sip:a.example"), resolver)).toEqual([]);
  });
});

describe("the services that a zone offers (RFC 3263 §4.1)", () => {
  const zone: Zone = {
    naptr: {
      "a.example": [
        naptr("SIP+D2U", "_sip._udp.voice.example", 30),
        naptr("SIPS+D2T", "_sips._tcp.voice.example", 10),
        naptr("SIP+D2T", "_sip._tcp.voice.example", 20),
      ],
    },
    srv: {
      "_sips._tcp.voice.example": [record("secure.example", 0, 0, 5061)],
      "_sip._tcp.voice.example": [record("stream.example")],
      "_sip._udp.voice.example": [record("datagram.example")],
    },
    a: { "secure.example": ["192.0.2.1"], "stream.example": ["192.0.2.2"], "datagram.example": ["192.0.2.3"] },
  };

  it("are taken in the order that the zone says, not in ours", async () => {
    expect(brief(await locate(sipUri("sip:a.example"), resolverOf(zone)))).toEqual([
      "tls 192.0.2.1 5061",
      "tcp 192.0.2.2 5060",
      "udp 192.0.2.3 5060",
    ]);
  });

  it("are put in order by preference where the order is the same", async () => {
    const records = [naptr("SIP+D2U", "_sip._udp.v", 10, 2), naptr("SIP+D2T", "_sip._tcp.v", 10, 1)];
    const resolver = resolverOf({
      naptr: { "a.example": records },
      srv: { "_sip._udp.v": [record("h")], "_sip._tcp.v": [record("h")] },
      a: { h: ["192.0.2.1"] },
    });
    expect(brief(await locate(sipUri("sip:a.example"), resolver))).toEqual([
      "tcp 192.0.2.1 5060",
      "udp 192.0.2.1 5060",
    ]);
  });

  it("are left out where we cannot open them", async () => {
    const canOpen = (transport: string, family: 4 | 6) => transport === "udp" && family === 4;
    const resolver = resolverOf(zone);
    expect(brief(await locate(sipUri("sip:a.example"), resolver, { canOpen }))).toEqual(["udp 192.0.2.3 5060"]);
    expect(resolver.asked).toEqual(["naptr a.example", "srv _sip._udp.voice.example", "a datagram.example"]);
  });

  it("are TLS alone for a sips URI, with the host of the URI as the name that must be proved", async () => {
    expect(await locate(sipUri("sips:a.example"), resolverOf(zone))).toEqual([
      { transport: "tls", address: "192.0.2.1", port: 5061, name: "a.example" },
    ]);
  });

  it.each([
    ["a service that is not ours", naptr("E2U+SIP", "_sip._udp.v")],
    ["a WebSocket, which browsers open", naptr("SIP+D2W", "_sip._udp.v")],
    ["a record that is not the last one", naptr("SIP+D2U", "_sip._udp.v", 10, 0, "u")],
    ["the root as replacement", naptr("SIP+D2U", ".")],
  ])("do not include %s", async (_, bad) => {
    const resolver = resolverOf({
      naptr: { "a.example": [bad] },
      srv: { "_sip._udp.a.example": [record("h")] },
      a: { h: ["192.0.2.1"] },
    });
    expect(brief(await locate(sipUri("sip:a.example"), resolver))).toEqual(["udp 192.0.2.1 5060"]);
    expect(resolver.asked).toContain("srv _sip._udp.a.example");
  });

  it("are not asked for where the URI names a transport or a port", async () => {
    const resolver = resolverOf({ a: { "a.example": ["192.0.2.1"] } });
    await locate(sipUri("sip:a.example;transport=tcp"), resolver);
    await locate(sipUri("sip:a.example:5080"), resolver);
    expect(resolver.asked.filter((question) => question.startsWith("naptr"))).toEqual([]);
  });

  it("are looked up four at the most, whatever a zone lists", async () => {
    const records = Array.from({ length: 2000 }, (_, index) => naptr("SIP+D2U", `_sip._udp.z${index}.example`, index));
    const resolver = resolverOf({ naptr: { "a.example": records } });
    await locate(sipUri("sip:a.example"), resolver);
    expect(resolver.asked.filter((question) => question.startsWith("srv"))).toHaveLength(4);
  });

  it("fall back on the names that RFC 3263 makes where there are none: TLS for sips, on 5061", async () => {
    const resolver = resolverOf({ a: { "a.example": ["192.0.2.9"] } });
    expect(brief(await locate(sipUri("sips:a.example"), resolver))).toEqual(["tls 192.0.2.9 5061"]);
    expect(resolver.asked).toEqual(["naptr a.example", "srv _sips._tcp.a.example", "a a.example", "aaaa a.example"]);
  });
});

function reject(): Promise<never> {
  return Promise.reject(new Error("no answer"));
}
