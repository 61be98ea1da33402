import { createCipheriv, createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { WINDOW_PACKETS } from "../../../../../runtime/media/embedded/rtp/replay-window.ts";
import { createSrtp, MAX_SOURCES, type SrtpPair } from "../../../../../runtime/media/embedded/rtp/srtp.ts";
import { deriveKeys, parseMasterKey } from "../../../../../runtime/media/embedded/rtp/srtp-keys.ts";
import { SrtpTransform } from "../../../../../runtime/media/embedded/rtp/srtp-transform.ts";
import type { SrtpKeys } from "../../../../../runtime/port/media.ts";
import { rtpBytes } from "./rtp-bytes.ts";

const SUITES = ["AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32"] as const;
/** Master key and salt of RFC 3711 appendix B.3. */
const MASTER = "e1f97a0d3e018be0d64fa32c06de4139" + "0ec675ad498afeebb6960b3aabe6";
const A = base64(MASTER);
const B = randomBytes(30).toString("base64");

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function pairOf(keys: Partial<SrtpKeys> = {}): SrtpPair {
  const outcome = createSrtp({ suite: "AES_CM_128_HMAC_SHA1_80", local: A, remote: B, ...keys });
  if (!outcome.ok) throw new Error(outcome.problem);
  return outcome.value;
}

/** Protects in a buffer with room behind. */
function protect(pair: SrtpPair, packet: Uint8Array): Buffer {
  const bytes = Buffer.alloc(1500);
  bytes.set(packet);
  return Buffer.from(bytes.subarray(0, pair.sender.protect(bytes, packet.length)));
}

function unprotect(pair: SrtpPair, packet: Uint8Array): Buffer | null {
  const bytes = Buffer.from(packet);
  const length = pair.receiver.unprotect(bytes, bytes.length);
  return length < 0 ? null : bytes.subarray(0, length);
}

describe("The transforms of SRTP against RFC 3711 appendix B", () => {
  it("makes the keystream of appendix B.2, at its beginning and where the counter carries", () => {
    const cipherKey = Buffer.from("2b7e151628aed2a6abf7158809cf4f3c", "hex");
    const salt = Buffer.from("f0f1f2f3f4f5f6f7f8f9fafbfcfd", "hex");
    const transform = new SrtpTransform({ cipherKey, salt, authKey: Buffer.alloc(20) });
    const stream = Buffer.alloc(1488);
    transform.crypt(stream, { start: 0, end: stream.length }, 0, 0);
    expect(hexOf(stream.subarray(0, 48))).toBe(
      "e03ead0935c95e80e166b16dd92b4eb4d23513162b02d0f72a43a2fe4a5f97ab41e95b3bb0a2e8dd477901e4fca894c0",
    );
    const iv = Buffer.concat([salt, Buffer.alloc(2)]);
    expect(hexOf(stream)).toBe(hexOf(createCipheriv("aes-128-ctr", cipherKey, iv).update(Buffer.alloc(1488))));
  });

  it("derives the keys of appendix B.3", () => {
    const master = parseMasterKey(A);
    if (!master.ok) throw new Error(master.problem);
    const keys = deriveKeys(master.value, "rtp");
    expect(hexOf(keys.cipherKey)).toBe("c61e7a93744f39ee10734afe3ff7a087");
    expect(hexOf(keys.salt)).toBe("30cbbc08863d8c85d49db34a9ae1");
    expect(hexOf(keys.authKey)).toBe("cebe321f6ff7716b6fd4ab49af256a156d38baa4");
  });

  it("makes the HMAC that node:crypto makes", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 20, maxLength: 20 }),
        fc.uint8Array({ maxLength: 300 }),
        (authKey, data) => {
          const transform = new SrtpTransform({ cipherKey: Buffer.alloc(16), salt: Buffer.alloc(14), authKey });
          const expected = createHmac("sha1", authKey)
            .update(data)
            .update(Buffer.from("01020304", "hex"))
            .digest("hex");
          const digest = transform.digest(data, data.length, 0x01020304);
          expect(Buffer.from(digest, "latin1").toString("hex")).toBe(expected);
        },
      ),
    );
  });

  it("protects a whole packet as other implementations do", () => {
    const plain = Buffer.from(`800f1234decafbadcafebabe${"ab".repeat(16)}`, "hex");
    const wire = "800f1234decafbadcafebabe4e55dc4ce79978d88ca4d215949d2402b78d6acc99ea179b8dbb";
    expect(hexOf(protect(pairOf(), plain))).toBe(wire);
    expect(unprotect(pairOf({ remote: A }), Buffer.from(wire, "hex"))).toEqual(plain);
  });

  it("opens a whole RTCP packet of other implementations", () => {
    const wire = "81c8000bcafebabe7128035be487b9bdbef89041f977a5a880000001993e08cd54d6c1230798";
    const bytes = Buffer.from(wire, "hex");
    const length = pairOf({ remote: A }).receiver.unprotectRtcp(bytes, bytes.length);
    expect(hexOf(bytes.subarray(0, length))).toBe(`81c8000bcafebabe${"ab".repeat(16)}`);
  });
});

describe.each(SUITES)("SRTP with %s", (suite) => {
  let alice: SrtpPair;
  let bob: SrtpPair;

  beforeEach(() => {
    alice = pairOf({ suite, local: A, remote: B });
    bob = pairOf({ suite, local: B, remote: A });
  });

  it("opens what the other side protects, and shows none of it on the wire", () => {
    const plain = rtpBytes({ payload: new Array(160).fill(0xd5) });
    const wire = protect(alice, plain);
    expect(wire.length - plain.length).toBe(suite.endsWith("80") ? 10 : 4);
    expect(wire.subarray(12, 172)).not.toEqual(plain.subarray(12));
    expect(unprotect(bob, wire)).toEqual(plain);
  });

  it("leaves CSRCs and extension in the clear", () => {
    const plain = Buffer.from("9100000100000002000000030000000abede000100000000aabb", "hex");
    const wire = protect(alice, plain);
    expect(wire.subarray(0, 24)).toEqual(plain.subarray(0, 24));
    expect(unprotect(bob, wire)).toEqual(plain);
  });

  it("goes on over wraps of the sequence, in any order near to them", () => {
    for (let i = 0; i < 3 * 0x10000; i += 97) {
      // A pair of packets changes places on the way.
      const [first, second] = [i, i + 1].map((sequence) => ({ plain: rtpBytes({ sequence }), sequence }));
      if (first === undefined || second === undefined) return;
      const wires = [protect(alice, first.plain), protect(alice, second.plain)] as const;
      expect(unprotect(bob, wires[1])).toEqual(second.plain);
      expect(unprotect(bob, wires[0])).toEqual(first.plain);
    }
    expect(bob.receiver).toMatchObject({ forged: 0, replayed: 0 });
  });

  it("opens the last packets before a wrap behind the first ones after it", () => {
    const plains = [0xfffd, 0xfffe, 0xffff, 0, 1].map((sequence) => rtpBytes({ sequence }));
    const wires = plains.map((plain) => protect(alice, plain));
    for (const at of [0, 3, 2, 4, 1]) expect(unprotect(bob, wires[at] ?? Buffer.alloc(0))).toEqual(plains[at]);
  });

  it("drops and counts what comes twice, and what is older than it remembers", () => {
    const wires = Array.from({ length: 200 }, (_, sequence) => protect(alice, rtpBytes({ sequence })));
    const held = new Set([5, 5 + WINDOW_PACKETS]);
    const first = wires.map((wire, sequence) => (held.has(sequence) ? null : unprotect(bob, wire)));
    expect(first.filter((plain) => plain !== null)).toHaveLength(198);
    const second = wires.map((wire, sequence) => (unprotect(bob, wire) === null ? null : sequence));
    expect(second.filter((sequence) => sequence !== null)).toEqual([5 + WINDOW_PACKETS]);
    expect(bob.receiver).toMatchObject({ forged: 0, replayed: 199 });
  });

  it("drops and counts what was changed in any octet, and opens the true packet afterwards", () => {
    const plain = rtpBytes();
    const wire = protect(alice, plain);
    for (let at = 0; at < wire.length; at++) {
      const changed = Buffer.from(wire);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(unprotect(bob, changed)).toBeNull();
    }
    expect(bob.receiver.forged).toBe(wire.length);
    expect(unprotect(bob, wire)).toEqual(plain);
  });

  it("is not led astray by a forged leap of the sequence", () => {
    unprotect(bob, protect(alice, rtpBytes({ sequence: 1 })));
    unprotect(bob, rtpBytes({ sequence: 40_000, payload: new Array(40).fill(0) }));
    const plain = rtpBytes({ sequence: 2 });
    expect(unprotect(bob, protect(alice, plain))).toEqual(plain);
  });

  it("follows each change of SSRC, and forgets the source that is longest gone", () => {
    const plains = Array.from({ length: MAX_SOURCES + 1 }, (_, ssrc) => rtpBytes({ ssrc, sequence: 60_000 }));
    const wires = plains.map((plain) => protect(alice, plain));
    expect(wires.map((wire) => unprotect(bob, wire))).toEqual(plains);
    expect(unprotect(bob, wires[1] ?? Buffer.alloc(0))).toBeNull();
    expect(unprotect(bob, wires[0] ?? Buffer.alloc(0))).toEqual(plains[0]);
  });

  it("protects RTCP with an index of its own and a tag of 80 bits", () => {
    const plain = Buffer.from(`81c8000bcafebabe${"00".repeat(20)}`, "hex");
    for (let index = 0; index < 3; index++) {
      const bytes = Buffer.alloc(100);
      bytes.set(plain);
      const length = alice.sender.protectRtcp(bytes, plain.length);
      expect(length).toBe(plain.length + 14);
      expect(bytes.readUInt32BE(plain.length)).toBe(0x80000000 + index);
      expect(bytes.subarray(8, 28)).not.toEqual(plain.subarray(8));
      const copy = Buffer.from(bytes.subarray(0, length));
      const opened = bob.receiver.unprotectRtcp(copy, length);
      expect(copy.subarray(0, opened)).toEqual(plain);
      expect(bob.receiver.unprotectRtcp(Buffer.from(bytes), length)).toBe(-1);
      const changed = Buffer.from(bytes);
      changed[9] = (changed[9] ?? 0) ^ 1;
      expect(pairOf({ suite, remote: A }).receiver.unprotectRtcp(changed, length)).toBe(-1);
    }
    expect(bob.receiver).toMatchObject({ replayed: 3, forged: 0 });
  });

  it("never throws and opens nothing, whatever comes", () => {
    const first = fc.constantFrom(0x80, 0x90, 0xbf, 0x81, 0x00);
    fc.assert(
      fc.property(first, fc.uint8Array({ maxLength: 60 }), (byte, rest) => {
        const bytes = Buffer.from([byte, ...rest]);
        expect(bob.receiver.unprotect(Buffer.from(bytes), bytes.length)).toBe(-1);
        expect(bob.receiver.unprotectRtcp(Buffer.from(bytes), bytes.length)).toBe(-1);
      }),
    );
    const huge = Buffer.alloc(65_000, 0x80);
    expect(bob.receiver.unprotect(huge, huge.length)).toBe(-1);
    expect(bob.receiver.unprotectRtcp(huge, huge.length)).toBe(-1);
  });
});

describe("Keys of SDES (RFC 4568 §6.1)", () => {
  it.each([
    ["too short", base64(MASTER.slice(2))],
    ["too long", base64(`${MASTER}00`)],
    ["no base64", `${A.slice(0, -1)}!`],
    ["empty", ""],
  ])("refuses a key that is %s, and says why", (_what, key) => {
    const outcome = createSrtp({ suite: "AES_CM_128_HMAC_SHA1_80", local: A, remote: key });
    expect(outcome).toMatchObject({ ok: false, problem: expect.stringContaining("base64 of 30 octets") });
  });
});
