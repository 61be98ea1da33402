import { describe, expect, it } from "vitest";
import { toPlayable } from "../../../../runtime/media/speech/playable.ts";

interface Form {
  readonly tag?: number;
  readonly channels?: number;
  readonly rate?: number;
  readonly bits?: number;
}

/** A file with the header of 44 octets that most programs write. */
function wav(data: readonly number[], { tag = 1, channels = 1, rate = 16_000, bits = 16 }: Form = {}): Buffer {
  const header = Buffer.alloc(44);
  header.write("RIFF....WAVEfmt ", 0, "latin1");
  header.write("data", 36, "latin1");
  header.writeUInt32LE(36 + data.length + (data.length & 1), 4);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(tag, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(rate, 24);
  header.writeUInt32LE((rate * channels * bits) / 8, 28);
  header.writeUInt16LE((channels * bits) / 8, 32);
  header.writeUInt16LE(bits, 34);
  header.writeUInt32LE(data.length, 40);
  return Buffer.concat([header, Buffer.from(data)]);
}

const plain = wav([1, 0, 2, 0, 3, 0]);

describe("audio from a driver", () => {
  it("stays as it is where its form is plain", () => {
    expect(toPlayable(plain)).toEqual({ ok: true, value: plain });
    const pcmu = wav([0xff, 0xfe, 0xfd, 0xfc], { tag: 7, bits: 8, rate: 8_000 });
    expect(toPlayable(pcmu)).toEqual({ ok: true, value: pcmu });
  });

  it("loses the chunks that are not played", () => {
    const list = Buffer.from("LIST\u0003\0\0\0abc\0", "latin1");
    const more = Buffer.concat([plain.subarray(0, 12), list, plain.subarray(12), list]);
    expect(toPlayable(more)).toEqual({ ok: true, value: plain });
  });

  it.each([0xffff_ffff, 0x7fff_f000, 1_000])("has the length it truly has, not %d", (claimed) => {
    const streamed = Buffer.from(plain);
    streamed.writeUInt32LE(claimed, 40);
    expect(toPlayable(streamed)).toEqual({ ok: true, value: plain });
  });

  it("loses half a sample at its end", () => {
    expect(toPlayable(wav([1, 0, 2, 0, 3, 0, 9]))).toEqual({ ok: true, value: plain });
  });

  it("becomes mono", () => {
    const stereo = wav([2, 0, 4, 0, 0xf0, 0xff, 0, 0], { channels: 2 });
    expect(toPlayable(stereo)).toEqual({ ok: true, value: wav([3, 0, 0xf8, 0xff]) });
    const silent = wav([0xff, 0xff], { tag: 7, bits: 8, channels: 2, rate: 8_000 });
    expect(toPlayable(silent)).toEqual({ ok: true, value: wav([0, 0], { rate: 8_000 }) });
  });

  it.each([
    [Buffer.alloc(0), /There is no audio/],
    [Buffer.from("<html>502</html>"), /no WAV file/],
    [wav([0, 0, 0, 0], { tag: 3, bits: 32 }), /format 3/],
    [wav([0, 0, 0], { bits: 24 }), /24 bits/],
    [wav(Array(12).fill(0), { channels: 6 }), /6 channels/],
    [wav([0, 0], { rate: 4_000 }), /4000 samples a second/],
    [wav([]), /no samples/],
  ])("is refused with a reason where the player cannot take it (%#)", (bytes, reason) => {
    expect(toPlayable(bytes)).toEqual({ ok: false, problem: expect.stringMatching(reason) });
  });

  it("is refused wherever it is cut off before its samples, and never throws", () => {
    for (let length = 0; length <= 45; length++) {
      expect(toPlayable(plain.subarray(0, length)), String(length)).toMatchObject({ ok: false });
    }
    for (let at = 0; at < plain.length; at++) {
      for (const octet of [0, 1, 0x7f, 0xff]) {
        const broken = Buffer.from(plain);
        broken[at] = octet;
        expect(() => toPlayable(broken)).not.toThrow();
      }
    }
  });
});
