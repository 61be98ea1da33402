import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aLawToPcm, muLawToPcm } from "../../../../runtime/media/wav/g711.ts";
import { type WavCoding, wavHeader } from "../../../../runtime/media/wav/wav-format.ts";
import { inspectWav, WavReader } from "../../../../runtime/media/wav/wav-reader.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
let files = 0;

function fileOf(...parts: readonly Uint8Array[]): string {
  const file = join(folder, `${++files}.wav`);
  writeFileSync(file, Buffer.concat(parts));
  return file;
}

function chunk(name: string, body: Uint8Array, size = body.length): Buffer {
  const head = Buffer.alloc(8);
  head.write(name, 0, "latin1");
  head.writeUInt32LE(size, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
}

function riff(...chunks: readonly Uint8Array[]): Buffer {
  const size = chunks.reduce((total, { length }) => total + length, 4);
  return chunk("RIFF", Buffer.concat([Buffer.from("WAVE"), ...chunks]), size);
}

function fmt(fields: { tag?: number; channels?: number; rate?: number; bits?: number; extension?: Buffer }): Buffer {
  const { tag = 1, channels = 1, rate = 8000, bits = 16, extension = Buffer.alloc(0) } = fields;
  const body = Buffer.alloc(16);
  body.writeUInt16LE(tag, 0);
  body.writeUInt16LE(channels, 2);
  body.writeUInt32LE(rate, 4);
  body.writeUInt32LE(((rate * channels * bits) / 8) >>> 0, 8);
  body.writeUInt16LE((channels * bits) / 8, 12);
  body.writeUInt16LE(bits, 14);
  return chunk("fmt ", Buffer.concat([body, extension]));
}

function pcm(...samples: readonly number[]): Buffer {
  return Buffer.from(Int16Array.from(samples).buffer);
}

function readerOf(file: string): WavReader {
  const opened = WavReader.openSync(file);
  if (!opened.ok) throw new Error(opened.problem);
  return opened.value;
}

/** All samples of a file, in pieces of this length. */
function samplesOf(file: string, length = 160): number[] {
  const reader = readerOf(file);
  const samples: number[] = [];
  const piece = new Int16Array(length);
  for (let count = reader.readSync(piece); count > 0; count = reader.readSync(piece)) {
    samples.push(...piece.subarray(0, count));
  }
  reader.close();
  return samples;
}

const long = Array.from({ length: 30_001 }, (_, i) => ((i * 7919) % 65_536) - 32_768);

describe("a WAV file", () => {
  it("is read sample by sample, whatever the length of the pieces", () => {
    const file = fileOf(wavHeader({ coding: "pcm16", channels: 1, sampleRate: 16_000 }, 60_002), pcm(...long));
    for (const length of [1000, 160, 30_001, 100_000]) expect(samplesOf(file, length)).toEqual(long);
    expect(readerOf(file).ms).toBe(1875);
  });

  it("is read the same without keeping the thread", async () => {
    const file = fileOf(wavHeader({ coding: "pcm16", channels: 1, sampleRate: 8000 }, 60_002), pcm(...long));
    const opened = await WavReader.open(file);
    if (!opened.ok) throw new Error(opened.problem);
    const samples: number[] = [];
    const piece = new Int16Array(3000);
    for (let count = await opened.value.read(piece); count > 0; count = await opened.value.read(piece)) {
      samples.push(...piece.subarray(0, count));
    }
    opened.value.close();
    expect(samples).toEqual(long);
  });

  it.each([
    { coding: "pcmu", law: muLawToPcm },
    { coding: "pcma", law: aLawToPcm },
  ] as const)("of $coding is expanded", ({ coding, law }) => {
    const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
    expect(samplesOf(fileOf(wavHeader({ coding, channels: 1, sampleRate: 8000 }, 256), octets))).toEqual([...law]);
  });

  it.each(["pcm16", "pcmu"] as const)("of %s with two channels is heard as their mean", (coding) => {
    const data =
      coding === "pcm16" ? pcm(100, 200, -7, 7, 32_767, 32_767) : Buffer.of(0x80, 0x00, 0xff, 0xff, 0x80, 0x80);
    const header = wavHeader({ coding, channels: 2, sampleRate: 8000 }, data.length);
    expect(samplesOf(fileOf(header, data))).toEqual(coding === "pcm16" ? [150, 0, 32_767] : [0, 0, 32_124]);
  });

  it("may have other chunks before and behind its audio, and an extensible format", () => {
    const guid = Buffer.from("0100000000001000800000aa00389b71", "hex");
    const extension = Buffer.concat([Buffer.from([22, 0, 16, 0, 4, 0, 0, 0]), guid]);
    const list = chunk("LIST", Buffer.from("an odd length"));
    const file = fileOf(riff(list, fmt({ tag: 0xfffe, extension }), list, chunk("data", pcm(1, 2, 3)), list));
    expect(samplesOf(file)).toEqual([1, 2, 3]);
  });

  it("that was broken off is read to its end", () => {
    const header = wavHeader({ coding: "pcm16", channels: 1, sampleRate: 8000 }, null);
    expect(samplesOf(fileOf(header, pcm(5, 6, 7), Buffer.of(1)))).toEqual([5, 6, 7]);
    expect(samplesOf(fileOf(riff(fmt({}), chunk("data", pcm(5, 6), 4000))))).toEqual([5, 6]);
    const zeros = Buffer.concat([riff(fmt({}), chunk("data", pcm(8, 9), 0))]);
    zeros.writeUInt32LE(0, 4);
    expect(samplesOf(fileOf(zeros))).toEqual([8, 9]);
  });

  it("goes on at another place", () => {
    const reader = readerOf(
      fileOf(wavHeader({ coding: "pcm16", channels: 1, sampleRate: 8000 }, 60_002), pcm(...long)),
    );
    const piece = new Int16Array(2);
    for (const ms of [1000, 0, 3750, 10]) {
      reader.seek(ms);
      expect(reader.readSync(piece)).toBe(ms === 3750 ? 1 : 2);
      expect(piece[0]).toBe(long[ms * 8]);
    }
    reader.seek(1e12);
    expect(reader.readSync(piece)).toBe(0);
    expect(reader.problem).toBeNull();
    reader.close();
    expect(reader.readSync(piece)).toBe(0);
  });

  it("that becomes shorter while it is read ends with a problem", () => {
    const file = fileOf(wavHeader({ coding: "pcm16", channels: 1, sampleRate: 8000 }, 60_002), pcm(...long));
    const reader = readerOf(file);
    truncateSync(file, 1044);
    expect(reader.readSync(new Int16Array(1000))).toBe(500);
    expect(reader.readSync(new Int16Array(1000))).toBe(0);
    expect(reader.problem).toBe("the WAV file has become shorter while it was read");
  });
});

describe("what cannot be played", () => {
  const data = chunk("data", pcm(1, 2, 3));
  it.each([
    ["", "it is no WAV file: it ends within its first 12 octets"],
    [Buffer.from("ID3 this is not the file you want"), "it is no WAV file: it does not begin with RIFF and WAVE"],
    [riff(), "the WAV file has no audio: neither a fmt nor a data chunk was found"],
    [riff(fmt({})), "the WAV file has no audio: no data chunk was found"],
    [riff(data, fmt({})), "the WAV file cannot be understood: its data chunk comes before its fmt chunk"],
    [riff(chunk("fmt ", Buffer.alloc(10)), data), "the WAV file cannot be understood: its fmt chunk is too short"],
    [riff(fmt({ tag: 85 }), data), "WAV format 85 is not supported: it must be PCM (1), A-law (6) or µ-law (7)"],
    [riff(fmt({ channels: 6 }), data), "the WAV file has 6 channels: it must have 1 or 2"],
    [riff(fmt({ channels: 0 }), data), "the WAV file has 0 channels: it must have 1 or 2"],
    [riff(fmt({ bits: 24 }), data), "the WAV file has 24 bits a sample: it must have 16"],
    [riff(fmt({ tag: 7 }), data), "the WAV file has 16 bits a sample: it must have 8"],
  ])("is told with its reason (%#)", (bytes, problem) => {
    expect(WavReader.openSync(fileOf(Buffer.from(bytes)))).toEqual({ ok: false, problem });
  });

  it.each([0, 7999, 11_024, 96_000, 0xffff_ffff])("is what has %i samples a second", (rate) => {
    const opened = WavReader.openSync(fileOf(riff(fmt({ rate }), data)));
    expect(opened).toMatchObject({ ok: false, problem: expect.stringContaining(`has ${rate} samples a second`) });
  });

  it("is a file that is not there, or a folder", async () => {
    for (const file of [join(folder, "none.wav"), folder]) {
      const expected = { ok: false, problem: expect.stringMatching(/^the file cannot be read: E/) };
      expect(WavReader.openSync(file)).toMatchObject(expected);
      expect(await WavReader.open(file)).toMatchObject(expected);
      expect(await inspectWav(file)).toMatchObject(expected);
    }
  });

  it("is found out after 64 chunks", () => {
    const many = Array.from({ length: 65 }, () => chunk("junk", Buffer.alloc(2)));
    expect(WavReader.openSync(fileOf(riff(fmt({}), ...many, data)))).toMatchObject({ ok: false });
    expect(WavReader.openSync(fileOf(riff(fmt({}), ...many.slice(0, 60), data)))).toMatchObject({ ok: true });
  });

  it("never throws and never gives more than the file holds, whatever the bytes", () => {
    const whole = riff(chunk("LIST", Buffer.alloc(5)), fmt({}), chunk("data", pcm(1, 2, 3, 4)));
    const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
    const file = join(folder, "fuzz.wav");
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), fc.nat(whole.length), (changes, length) => {
        const bytes = Buffer.from(whole);
        for (const [at, octet] of changes) bytes[at] = octet;
        writeFileSync(file, bytes.subarray(0, length));
        const opened = WavReader.openSync(file);
        if (!opened.ok) return opened.problem.length > 10;
        const count = opened.value.readSync(new Int16Array(1000));
        opened.value.close();
        return count <= length;
      }),
      { numRuns: 300 },
    );
  });
});

describe("a header that we write", () => {
  it.each(["pcm16", "pcmu", "pcma"] satisfies WavCoding[])("is read as what it was written of, for %s", (coding) => {
    for (const channels of [1, 2] as const) {
      const format = { coding, channels, sampleRate: 48_000 };
      const reader = readerOf(fileOf(wavHeader(format, 8), Buffer.alloc(8)));
      expect(reader.format).toEqual(format);
      reader.close();
    }
  });
});
