import { existsSync, openSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { wavHeader } from "../../../../runtime/media/wav/wav-format.ts";
import { inspectWav, WavReader } from "../../../../runtime/media/wav/wav-reader.ts";
import { WavWriter } from "../../../../runtime/media/wav/wav-writer.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const MONO = { sampleRate: 8000, channels: 1 } as const;
const STEREO = { sampleRate: 16_000, channels: 2 } as const;
const folder = temporaryFolder();
let files = 0;

function newFile(): string {
  return join(folder, `${++files}.wav`);
}

function writerOf(file: string, format: typeof MONO | typeof STEREO = MONO): WavWriter {
  const created = WavWriter.create(file, format);
  if (!created.ok) throw new Error(created.problem);
  return created.value;
}

function ramp(samples: number, from = 0): Int16Array {
  return Int16Array.from({ length: samples }, (_, i) => from + i);
}

describe("a recording", () => {
  it("is a plain WAV file once it is closed", () => {
    const file = newFile();
    const writer = writerOf(file);
    for (let i = 0; i < 100; i++) expect(writer.write(ramp(160, 160 * i))).toBe(true);
    expect(writer.ms).toBe(2000);
    expect(writer.close({ isDurable: true })).toEqual({ ok: true, value: { ms: 2000, dataBytes: 32_000 } });
    const expected = Buffer.concat([wavHeader({ coding: "pcm16", ...MONO }, 32_000), Buffer.from(ramp(16_000).buffer)]);
    expect(readFileSync(file).equals(expected)).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("of both sides has left and right by turns", () => {
    const file = newFile();
    const writer = writerOf(file, STEREO);
    writer.writeBoth(Int16Array.of(1, 2, 3), Int16Array.of(-1, -2));
    writer.writeBoth(new Int16Array(0), Int16Array.of(9));
    writer.write(Int16Array.of(7, 8));
    expect(writer.close()).toMatchObject({ ok: true, value: { dataBytes: 20 } });
    const octets = Uint8Array.from(readFileSync(file).subarray(44));
    expect([...new Int16Array(octets.buffer)]).toEqual([1, -1, 2, -2, 3, 0, 0, 9, 7, 8]);
  });

  it("can be played while it goes on, but for the last half second", async () => {
    const file = newFile();
    const writer = writerOf(file);
    for (let i = 0; i < 100; i++) writer.write(new Int16Array(160));
    const inspected = await inspectWav(file);
    expect(inspected).toMatchObject({ ok: true });
    expect(inspected.ok && inspected.value).toBeGreaterThan(1480);
    writer.close();
  });

  it("is cut where it is asked for", async () => {
    const file = newFile();
    const writer = writerOf(file, STEREO);
    for (let i = 0; i < 100; i++) writer.writeBoth(ramp(320), ramp(320));
    expect(writer.close({ keepMs: 500 })).toEqual({ ok: true, value: { ms: 500, dataBytes: 32_000 } });
    expect(statSync(file).size).toBe(32_044);
    expect(await inspectWav(file)).toEqual({ ok: true, value: 500 });
    expect(writerOf(newFile()).close({ keepMs: -5 })).toMatchObject({ ok: true, value: { ms: 0 } });
  });

  it("without a sample is a WAV file as well", async () => {
    const file = newFile();
    expect(writerOf(file).close()).toEqual({ ok: true, value: { ms: 0, dataBytes: 0 } });
    expect(await inspectWav(file)).toEqual({ ok: true, value: 0 });
  });

  it("is closed once: the second time tells the same", () => {
    const writer = writerOf(newFile());
    writer.write(ramp(80));
    expect(writer.close()).toBe(writer.close());
  });
});

describe("a recording that cannot be written", () => {
  it.skipIf(!existsSync("/dev/full"))("says so as a value when the disk is full, and goes on saying it", () => {
    const writer = new WavWriter(openSync("/dev/full", "w"), MONO);
    for (let i = 0; i < 200; i++) expect(writer.write(ramp(160))).toBe(false);
    expect(writer.problem).toMatch(/^the recording cannot be written: ENOSPC/);
    expect(writer.close({ isDurable: true })).toEqual({ ok: false, problem: writer.problem });
  });

  it("keeps what was written before", () => {
    const file = newFile();
    writerOf(file).close();
    // Opened for reading: each write fails with EBADF.
    const writer = new WavWriter(openSync(file, "r"), MONO);
    expect(writer.problem).toMatch(/EBADF/);
    expect(writer.close()).toMatchObject({ ok: false });
    expect(WavReader.openSync(file)).toMatchObject({ ok: true });
  });

  it("does not overwrite a file, and needs its folder", () => {
    const file = newFile();
    writeFileSync(file, "mine");
    expect(WavWriter.create(file, MONO)).toMatchObject({ ok: false, problem: expect.stringContaining("EEXIST") });
    expect(readFileSync(file, "latin1")).toBe("mine");
    const nowhere = WavWriter.create(join(folder, "no", "such.wav"), MONO);
    expect(nowhere).toMatchObject({ ok: false, problem: expect.stringContaining("ENOENT") });
  });
});
