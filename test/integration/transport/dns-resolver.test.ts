import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { parseUri } from "../../../runtime/sip/message/uri.ts";
import { DnsResolver } from "../../../runtime/sip/transport/dns-resolver.ts";
import { locate } from "../../../runtime/sip/transport/locate.ts";
import { within } from "../../helpers/until.ts";
import { host } from "./fixture.ts";

const TYPES: Readonly<Record<number, string>> = { 1: "A", 28: "AAAA", 33: "SRV" };

/** Record data by "TYPE name"; a name that is not there does not exist. */
type Zone = Readonly<Record<string, readonly Buffer[]>>;

function nameOf(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12; query[at] !== 0; at += (query[at] ?? 0) + 1)
    labels.push(query.toString("latin1", at + 1, at + 1 + (query[at] ?? 0)));
  return labels.join(".");
}

function encodeName(name: string): Buffer {
  return Buffer.concat([
    ...name.split(".").map((label) => Buffer.from(String.fromCharCode(label.length) + label, "latin1")),
    Buffer.from([0]),
  ]);
}

function uint16(...values: readonly number[]): Buffer {
  return Buffer.from(values.flatMap((value) => [value >> 8, value & 255]));
}

function address(text: string): Buffer {
  return Buffer.from(text.split(".").map(Number));
}

function srv(priority: number, weight: number, port: number, target: string): Buffer {
  return Buffer.concat([uint16(priority, weight, port), encodeName(target)]);
}

/** A DNS server on loopback that answers from a zone (TTL 60 s), or never; `forged` goes before. It notes what it was asked. */
async function dnsServer(zone: Zone | null, forged: (query: Buffer) => readonly Buffer[]) {
  const asked: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, remote) => {
    const name = nameOf(query);
    const end = 12 + encodeName(name).length + 4;
    const type = query.readUInt16BE(end - 4);
    const key = `${TYPES[type]} ${name.toLowerCase()}`;
    asked.push(key);
    for (const packet of forged(query)) socket.send(packet, remote.port, remote.address);
    if (zone === null) return;
    const records = zone[key] ?? [];
    const exists = Object.keys(zone).some((other) => other.endsWith(` ${name.toLowerCase()}`));
    const head = Buffer.concat([query.subarray(0, 2), uint16(exists ? 0x8180 : 0x8183, 1, records.length, 0, 0)]);
    const answers = records.map((data) => Buffer.concat([uint16(0xc00c, type, 1, 0, 60, data.length), data]));
    socket.send(Buffer.concat([head, query.subarray(12, end), ...answers]), remote.port, remote.address);
  });
  socket.bind(0, host);
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { asked, server: `${host}:${socket.address().port}` };
}

async function resolverFor(zone: Zone | null, hosts = "", forged: (query: Buffer) => readonly Buffer[] = () => []) {
  const { asked, server } = await dnsServer(zone, forged);
  const directory = await mkdtemp(join(tmpdir(), "hosts-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const hostsPath = join(directory, "hosts");
  await writeFile(hostsPath, hosts);
  const clock = new VirtualClock();
  const resolver = new DnsResolver({ clock, servers: [server], timeoutMs: 100, hostsPath });
  onTestFinished(() => resolver.close());
  return { resolver, asked, clock };
}

describe("asking DNS", () => {
  it("gives what a server answers for SRV and addresses", async () => {
    const { resolver } = await resolverFor({
      "SRV _sip._udp.a.example": [srv(10, 5, 5070, "one.example"), srv(20, 0, 5080, "two.example")],
      "A one.example": [address("192.0.2.1"), address("192.0.2.2")],
      "AAAA one.example": [Buffer.from("20010db8000000000000000000000001", "hex")],
      "A two.example": [address("192.0.2.3")],
    });
    expect(await resolver.srv("_sip._udp.a.example")).toEqual([
      { name: "one.example", port: 5070, priority: 10, weight: 5 },
      { name: "two.example", port: 5080, priority: 20, weight: 0 },
    ]);
    expect(await resolver.a("one.example")).toEqual(["192.0.2.1", "192.0.2.2"]);
    expect(await resolver.aaaa("one.example")).toEqual(["2001:db8::1"]);
    expect(await resolver.aaaa("two.example")).toEqual([]);
    expect(await resolver.a("nowhere.example")).toEqual([]);
    const uri = parseUri("sip:a.example;transport=udp");
    if (uri?.kind !== "sip") throw new Error("no SIP URI");
    expect((await locate(uri, resolver)).map((found) => `${found.address}:${found.port}`)).toEqual([
      "192.0.2.1:5070",
      "192.0.2.2:5070",
      "2001:db8::1:5070",
      "192.0.2.3:5080",
    ]);
  });

  it("asks once for as long as the answer lasts, for several askers at the same time too", async () => {
    const { resolver, asked, clock } = await resolverFor({ "A a.example": [address("192.0.2.1")] });
    const answers = await Promise.all([resolver.a("a.example"), resolver.a("A.EXAMPLE"), resolver.a("a.example")]);
    expect(answers).toEqual([["192.0.2.1"], ["192.0.2.1"], ["192.0.2.1"]]);
    clock.advance(59_000);
    await resolver.a("a.example");
    expect(asked).toEqual(["A a.example"]);
    clock.advance(1000);
    await resolver.a("a.example");
    expect(asked).toEqual(["A a.example", "A a.example"]);
  });

  it("rejects when no server answers in time, and does not ask again at once", async () => {
    const { resolver, asked } = await resolverFor(null);
    await expect(within("the time limit", resolver.a("a.example"))).rejects.toMatchObject({ code: "timeout" });
    const { length } = asked;
    await expect(resolver.a("a.example")).rejects.toMatchObject({ code: "timeout" });
    expect(asked).toHaveLength(length);
  });

  it("waits for the answer to its own question among what others send in its name", async () => {
    const zone: Zone = { "A a.example": [address("192.0.2.1")] };
    const forged = (query: Buffer): readonly Buffer[] => {
      const otherId = Buffer.from(query);
      otherId.writeUInt16BE((query.readUInt16BE(0) + 1) & 0xffff, 0);
      const pointerToItself = Buffer.concat([
        query.subarray(0, 2),
        uint16(0x8180, 1, 1, 0, 0),
        Buffer.from([0xc0, 12]),
      ]);
      return [Buffer.alloc(0), Buffer.from("garbage"), otherId, pointerToItself, Buffer.alloc(60_000, 0xff)];
    };
    const { resolver } = await resolverFor(zone, "", forged);
    expect(await resolver.a("a.example")).toEqual(["192.0.2.1"]);
  });

  it("gives a server up that sends nothing but garbage", async () => {
    const { resolver } = await resolverFor(null, "", () => Array.from({ length: 100 }, () => Buffer.from("garbage")));
    await expect(resolver.a("a.example")).rejects.toMatchObject({ code: "bad-answer" });
  });

  it("takes names from the system's table first", async () => {
    const { resolver, asked } = await resolverFor({}, "192.0.2.9 pbx.lab\n");
    expect(await resolver.a("PBX.lab")).toEqual(["192.0.2.9"]);
    expect(await resolver.aaaa("pbx.lab")).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("asks nobody for what can be no name", async () => {
    const { resolver, asked } = await resolverFor({});
    for (const name of ["", "a b.example", "a\r\n.example", `${"a".repeat(300)}.example`, "[::1]"]) {
      expect(await resolver.a(name)).toEqual([]);
    }
    expect(asked).toEqual([]);
  });

  it("does not let more than 256 questions wait at the same time", async () => {
    const { resolver } = await resolverFor(null);
    const questions = Array.from({ length: 300 }, (_, index) => resolver.a(`n${index}.example`));
    const answers = await Promise.allSettled(questions);
    const refused = answers.filter(
      ({ status, reason }: { status: string; reason?: Error }) =>
        status === "rejected" && /256/.test(reason?.message ?? ""),
    );
    expect(refused).toHaveLength(44);
  });
});
