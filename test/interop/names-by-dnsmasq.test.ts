import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../../runtime/simulator/virtual-clock.ts";
import { parseUri } from "../../runtime/sip/message/uri.ts";
import { DnsResolver } from "../../runtime/sip/transport/dns-resolver.ts";
import { type LocateOptions, locate } from "../../runtime/sip/transport/locate.ts";
import { Dnsmasq } from "../helpers/dnsmasq.ts";
import { freePort } from "../helpers/free-port.ts";
import { hasPrograms } from "../helpers/require-program.ts";
import { shows } from "../helpers/shows.ts";

const isHere = hasPrograms("dnsmasq");
const TIMEOUT_MS = 200;

const voiceZone = [
  "--naptr-record=voice.test,20,0,S,SIP+D2U,,_sip._udp.voice.test",
  "--naptr-record=voice.test,10,0,S,SIP+D2T,,_sip._tcp.voice.test",
  "--naptr-record=voice.test,5,0,S,SIPS+D2T,,_sips._tcp.voice.test",
  "--srv-host=_sip._udp.voice.test,one.test,5070,10,0",
  "--srv-host=_sip._udp.voice.test,two.test,5080,20,0",
  "--srv-host=_sip._tcp.voice.test,one.test,5071,10,0",
  "--srv-host=_sips._tcp.voice.test,two.test,5061,10,0",
  "--host-record=one.test,192.0.2.1,2001:db8::1",
  "--host-record=two.test,192.0.2.2",
];

function resolverOf(...servers: readonly string[]): { resolver: DnsResolver; clock: VirtualClock } {
  const clock = new VirtualClock();
  const resolver = new DnsResolver({ clock, servers, timeoutMs: TIMEOUT_MS, hostsPath: "/dev/null" });
  onTestFinished(() => resolver.close());
  return { resolver, clock };
}

async function leadsTo(text: string, resolver: DnsResolver, options: LocateOptions = {}): Promise<readonly string[]> {
  const uri = parseUri(text);
  if (uri?.kind !== "sip") throw new Error(`${text} is no SIP URI`);
  const found = await locate(uri, resolver, options);
  return found.map(({ transport, address, port }) => `${transport} ${address} ${port}`);
}

/** A server that takes questions and never answers. */
async function silentServer(): Promise<string> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return `127.0.0.1:${socket.address().port}`;
}

describe.runIf(isHere)("a URI that dnsmasq's zone leads on (RFC 3263)", shows({ dnsmasq: ["lookup"] }), () => {
  it("goes where NAPTR, SRV and address records say, in their order", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const { resolver } = resolverOf(dns.server);
    expect(await leadsTo("sip:bob@voice.test", resolver)).toEqual([
      "tls 192.0.2.2 5061",
      "tcp 192.0.2.1 5071",
      "tcp 2001:db8::1 5071",
      "udp 192.0.2.1 5070",
      "udp 2001:db8::1 5070",
      "udp 192.0.2.2 5080",
    ]);
    const canOpen = (transport: string, family: 4 | 6) => transport === "udp" && family === 4;
    expect(await leadsTo("sip:bob@voice.test", resolver, { canOpen })).toEqual([
      "udp 192.0.2.1 5070",
      "udp 192.0.2.2 5080",
    ]);
    expect(await leadsTo("sips:bob@voice.test", resolver)).toEqual(["tls 192.0.2.2 5061"]);
    expect(await leadsTo("sip:bob@voice.test;transport=udp", resolver)).toEqual([
      "udp 192.0.2.1 5070",
      "udp 2001:db8::1 5070",
      "udp 192.0.2.2 5080",
    ]);
    expect(await leadsTo("sip:bob@two.test", resolver)).toEqual(["udp 192.0.2.2 5060"]);
  });

  it("is asked for once for as long as the records last, and anew once they have run out", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const { resolver, clock } = resolverOf(dns.server);
    const options = { canOpen: (transport: string, family: 4 | 6) => transport === "udp" && family === 4 };
    const questions = ["A one.test", "A two.test", "NAPTR voice.test", "SRV _sip._udp.voice.test"];
    await Promise.all([1, 2, 3].map(() => leadsTo("sip:bob@voice.test", resolver, options)));
    expect(dns.asked.toSorted()).toEqual(questions);
    clock.advance(59_999);
    await leadsTo("sip:bob@voice.test", resolver, options);
    expect(dns.asked).toHaveLength(4);
    clock.advance(1);
    await leadsTo("sip:bob@voice.test", resolver, options);
    expect(dns.asked.slice(4).toSorted()).toEqual(questions);
  });

  it("leads nowhere where the zone knows no such name, and is not asked for again at once", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const { resolver } = resolverOf(dns.server);
    expect(await leadsTo("sip:bob@nowhere.test", resolver)).toEqual([]);
    const { length } = dns.asked;
    expect(await leadsTo("sip:bob@nowhere.test", resolver)).toEqual([]);
    expect(dns.asked).toHaveLength(length);
  });

  it("is followed through a name that stands for another", async () => {
    const dns = await Dnsmasq.start([...voiceZone, "--cname=alias.test,one.test"]);
    const { resolver } = resolverOf(dns.server);
    expect(await leadsTo("sip:bob@alias.test:5090", resolver)).toEqual(["udp 192.0.2.1 5090", "udp 2001:db8::1 5090"]);
  });

  it("comes over TCP where the answer is larger than a datagram, and eight of two hundred are tried", async () => {
    const many = Array.from({ length: 200 }, (_, index) => [
      `--srv-host=_sip._udp.large.test,host${index}.a-rather-long-name.test,5060,${index},0`,
      `--host-record=host${index}.a-rather-long-name.test,192.0.2.${index}`,
    ]);
    const dns = await Dnsmasq.start(many.flat());
    const { resolver } = resolverOf(dns.server);
    expect(await resolver.srv("_sip._udp.large.test")).toHaveLength(200);
    expect(await leadsTo("sip:large.test;transport=udp", resolver)).toEqual(
      Array.from({ length: 8 }, (_, index) => `udp 192.0.2.${index} 5060`),
    );
  });

  it("passes over SRV records without a port, and ends where they name the root", async () => {
    const dns = await Dnsmasq.start([
      ...voiceZone,
      "--srv-host=_sip._udp.odd.test,one.test,0,1,0",
      "--srv-host=_sip._udp.odd.test,two.test,5060,2,0",
      "--srv-host=_sip._udp.closed.test",
      "--host-record=closed.test,192.0.2.66",
    ]);
    const { resolver } = resolverOf(dns.server);
    expect(await leadsTo("sip:odd.test;transport=udp", resolver)).toEqual(["udp 192.0.2.2 5060"]);
    expect(await leadsTo("sip:closed.test;transport=udp", resolver)).toEqual([]);
  });

  it("is found by the second server where the first is silent or not there", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    for (const dead of [await silentServer(), `127.0.0.1:${await freePort()}`]) {
      const { resolver } = resolverOf(dead, dns.server);
      expect(await leadsTo("sip:bob@two.test", resolver)).toEqual(["udp 192.0.2.2 5060"]);
    }
  });

  it("is found by what was known while the server is down, and by the server once it is back", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const { resolver, clock } = resolverOf(dns.server);
    expect(await resolver.a("two.test")).toEqual(["192.0.2.2"]);
    await dns.stop();
    clock.advance(60_000);
    expect(await resolver.a("two.test")).toEqual(["192.0.2.2"]);
    await expect(resolver.a("one.test")).rejects.toMatchObject({ code: "unreachable" });
    await dns.start();
    clock.advance(30_000);
    expect(await resolver.a("two.test")).toEqual(["192.0.2.2"]);
    expect(await resolver.a("one.test")).toEqual(["192.0.2.1"]);
    expect(dns.asked).toEqual(["A two.test", "A one.test"]);
  });

  it("is found by the servers of a new configuration, and what the old ones said is forgotten", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const other = await Dnsmasq.start(["--host-record=two.test,198.51.100.2"]);
    const { resolver } = resolverOf(dns.server);
    expect(await resolver.a("two.test")).toEqual(["192.0.2.2"]);
    resolver.configure({ servers: [other.server] });
    expect(await resolver.a("two.test")).toEqual(["198.51.100.2"]);
  });

  it("is not found by what was known six hours ago", async () => {
    const dns = await Dnsmasq.start(voiceZone);
    const { resolver, clock } = resolverOf(dns.server);
    await resolver.a("two.test");
    await dns.stop();
    clock.advance(60_000 + 6 * 3_600_000);
    await expect(resolver.a("two.test")).rejects.toMatchObject({ code: "unreachable" });
  });
});
