import { describe, expect, it } from "vitest";
import { createRtpPacket, parseRtp } from "../../../../../runtime/media/embedded/rtp/packet.ts";
import { RtpSender } from "../../../../../runtime/media/embedded/rtp/sender.ts";
import { createSrtp, type SrtpPair, type SrtpSender } from "../../../../../runtime/media/embedded/rtp/srtp.ts";
import type { RtpNumbers, SrtpKeys } from "../../../../../runtime/port/media.ts";

const OURS = Buffer.alloc(30, 1).toString("base64");
const THEIRS = Buffer.alloc(30, 2).toString("base64");
const SUITE = "AES_CM_128_HMAC_SHA1_80";
const KEYS: SrtpKeys = { suite: SUITE, local: OURS, remote: THEIRS };
const PEER_KEYS: SrtpKeys = { suite: SUITE, local: THEIRS, remote: OURS };
const FORMAT = { codec: "PCMU", payloadType: 0, clockRate: 8000, ptimeMs: 20 } as const;
const WRAP = 0x10000;
const NUMBERS: RtpNumbers = { ssrc: 7, index: 0, timestamp: 0, clockRate: 8000, at: 0, remoteRollovers: 0 };

function pair(keys: SrtpKeys, resumed: RtpNumbers | null = null): SrtpPair {
  const created = createSrtp(keys, resumed);
  if (!created.ok) throw new Error(created.problem);
  return created.value;
}

/** Writes a packet of a sender, protects it, and gives it to the other side: the payload, or `null` where it is refused. */
function send(sender: RtpSender, protector: SrtpSender, to: SrtpPair): string | null {
  const bytes = new Uint8Array(1500);
  const length = protector.protect(bytes, sender.writeAudio(bytes, Buffer.from("sound"), 0));
  const opened = to.receiver.unprotect(bytes, length);
  const packet = createRtpPacket();
  if (opened < 0 || !parseRtp(bytes, opened, packet)) return null;
  return Buffer.from(bytes.subarray(packet.payloadStart, packet.payloadEnd)).toString();
}

describe("A stream that an earlier process has sent", () => {
  it("goes on beyond its numbers, and as much later as it is", () => {
    const numbers = { ...NUMBERS, index: 2 * WRAP + 500, timestamp: 160_000, at: 1_000_000 };
    const sender = RtpSender.resumed(numbers, { atMs: 5_000, wallMs: 1_003_000 });
    expect(sender.timestampAt(5_000)).toBe(160_000 + 24_000);
    sender.use(FORMAT, 5_000);
    expect(sender.timestampAt(5_020)).toBe(160_000 + 24_000 + 160);
    const bytes = new Uint8Array(200);
    const packet = createRtpPacket();
    parseRtp(bytes, sender.writeAudio(bytes, Buffer.from("x"), 5_000), packet);
    expect(packet).toMatchObject({ ssrc: 7, sequence: 500 });
    expect(sender.index).toBe(2 * WRAP + 501);
  });

  it.each([100, WRAP - 1000, WRAP - 10])(
    "is taken by the other side whose counter stands at %i of a later round",
    (at) => {
      const peer = pair(PEER_KEYS);
      const before = new RtpSender({ ssrc: 7, index: 0 });
      const first = pair(KEYS).sender;
      // As far as the process came: over the first wrap.
      const last = WRAP + at;
      for (let index = 0; index <= last; index += 1) {
        const heard = send(before, first, peer);
        if (index === last) expect(heard).toBe("sound");
      }
      const numbers = { ...NUMBERS, index: last + 2048 };
      const after = RtpSender.resumed(numbers, { atMs: 0, wallMs: 0 });
      const second = pair(KEYS, numbers).sender;
      for (let count = 0; count < 3000; count++) expect(send(after, second, peer)).toBe("sound");
    },
  );

  it("never uses the index of an earlier SRTCP packet", () => {
    const bytes = new Uint8Array(200);
    const report = Buffer.from([0x80, 200, 0, 1, 0, 0, 0, 7]);
    bytes.set(report);
    const peer = pair(PEER_KEYS);
    const before = pair(KEYS).sender;
    expect(peer.receiver.unprotectRtcp(bytes, before.protectRtcp(bytes, report.length))).toBe(report.length);
    const after = pair(KEYS, NUMBERS).sender;
    bytes.set(report);
    expect(peer.receiver.unprotectRtcp(bytes, after.protectRtcp(bytes, report.length))).toBe(report.length);
    expect(peer.receiver.replayed).toBe(0);
  });
});

describe("A stream that an earlier process has heard", () => {
  it.each([
    ["as it was", 3, 3],
    ["once more since then", 2, 3],
    ["and a packet comes late", 3, 2],
    ["and the other side has begun anew", 5, 0],
  ])("is heard though its sequence has wrapped %s", (_what, known, round) => {
    const peer = pair(PEER_KEYS, { ...NUMBERS, ssrc: 9, index: round * WRAP + 100 });
    const sender = new RtpSender({ ssrc: 9, index: round * WRAP + 100 });
    const resumed = pair(KEYS, { ...NUMBERS, remoteRollovers: known });
    expect(send(sender, peer.sender, resumed)).toBe("sound");
    expect(resumed.receiver.rollovers).toBe(round);
    expect(send(sender, peer.sender, resumed)).toBe("sound");
  });

  it("is refused where the tag fits none of them", () => {
    const peer = pair(PEER_KEYS, { ...NUMBERS, ssrc: 9, index: 40 * WRAP });
    const resumed = pair(KEYS, { ...NUMBERS, remoteRollovers: 3 });
    expect(send(new RtpSender({ ssrc: 9, index: 40 * WRAP }), peer.sender, resumed)).toBeNull();
    expect(resumed.receiver.forged).toBe(1);
  });
});
