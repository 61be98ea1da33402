import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { Child } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

/** The chunks of a packet by their types, as the specification of HEP3 has them. */
function chunksOf(packet: Buffer): Map<number, Buffer> {
  expect(packet.subarray(0, 4).toString()).toBe("HEP3");
  expect(packet.readUInt16BE(4)).toBe(packet.length);
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < packet.length; ) {
    expect(packet.readUInt16BE(at)).toBe(0);
    const length = packet.readUInt16BE(at + 4);
    chunks.set(packet.readUInt16BE(at + 2), packet.subarray(at + 6, at + length));
    at += length;
  }
  return chunks;
}

describe("A HEP collector", () => {
  const packets: Buffer[] = [];
  let collector: Socket;
  let strowger: RunningSwitch;

  beforeAll(async () => {
    collector = createSocket("udp4").on("message", (packet) => packets.push(packet));
    collector.bind(0, "127.0.0.1");
    await once(collector, "listening");
    const to = `udp://localhost:${collector.address().port}`;
    strowger = await startSwitch({ hep: { to, captureId: 2001, password: "homer" } });
  });
  afterAll(async () => {
    await strowger.stop();
    collector.close();
  });

  const texts = () => packets.map((packet) => chunksOf(packet).get(0x0f)?.toString("latin1") ?? "");

  it("gets a copy of each message with its real ends and its time", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const before = Date.now() / 1000;
    const call = await connectCall(caller, callee, "700");
    await hangUp(call.caller, call.callee);
    await until(
      "the last copy",
      () => texts().filter((text) => /^SIP\/2.0 200[\s\S]*CSeq: \d+ BYE/.test(text)).length === 2,
    );
    const index = texts().indexOf(call.invite.text);
    const invite = chunksOf(packets[index] ?? Buffer.alloc(0));
    expect([...(invite.get(0x01) ?? []), ...(invite.get(0x02) ?? []), ...(invite.get(0x0b) ?? [])]).toEqual([2, 17, 1]);
    expect([...(invite.get(0x03) ?? [])]).toEqual([127, 0, 0, 1]);
    expect([invite.get(0x07)?.readUInt16BE(), invite.get(0x08)?.readUInt16BE()]).toEqual([
      caller.port,
      strowger.sipPort,
    ]);
    expect(invite.get(0x0c)?.readUInt32BE()).toBe(2001);
    expect(invite.get(0x0e)?.toString()).toBe("homer");
    const time = (invite.get(0x09)?.readUInt32BE() ?? 0) + (invite.get(0x0a)?.readUInt32BE() ?? 0) / 1e6;
    expect(time).toBeGreaterThan(before - 1);
    expect(time).toBeLessThan(Date.now() / 1000 + 1);
    expect((await strowger.api("GET", "/metrics")).body).toMatch(/strowger_hep_packets_total\{what="sent"\} [1-9]/);
  });

  it("is told no digest response", async () => {
    const phone = await rawPhone(strowger, "alice", { transport: "tcp" });
    expect((await register(phone, { user: "alice" })).status).toBe(200);
    const copy = await until("the copy", () =>
      texts().find((text) => /^REGISTER[\s\S]*Authorization: Digest/.test(text)),
    );
    expect(copy).toMatch(/username="alice"/);
    const overTcp = packets.map(chunksOf).find((chunks) => chunks.get(0x02)?.[0] === 6);
    expect(overTcp?.get(0x07)?.readUInt16BE()).toBe(phone.port);
    expect(copy).not.toMatch(/response="[0-9a-f]{32}"/);
  });

  it.runIf(hasPrograms("sngrep"))("of another make understands them", async () => {
    const port = await freePort();
    const file = join(strowger.folder, "sngrep.pcap");
    const other = new Child("sngrep", ["-N", "-q", "-F", "-L", `udp:127.0.0.1:${port}`, "-O", file]);
    onTestFinished(async () => void (await other.stop()));
    const read = () => (existsSync(file) ? readFileSync(file, "latin1") : "");
    await until("the other collector to have them", () => {
      for (const packet of packets) collector.send(packet, port, "127.0.0.1");
      return ["INVITE sip:700@example.test SIP/2.0", "REGISTER sip:example.test SIP/2.0"].every((line) =>
        read().includes(line),
      );
    });
  });

  it("that is away costs nothing but its copies", async () => {
    const alone = await startSwitch({ hep: { to: "udp://nowhere.invalid:9060" } });
    try {
      const phone = await rawPhone(alone, "alice");
      expect((await register(phone, { user: "alice" })).status).toBe(200);
      expect((await alone.api("GET", "/metrics")).body).toMatch(/strowger_hep_packets_total\{what="dropped"\} [1-9]/);
    } finally {
      await alone.stop();
    }
  });
});
