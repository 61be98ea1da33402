import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { repairWav } from "../../../../runtime/media/wav/repair-wav.ts";
import { type WavCoding, wavHeader } from "../../../../runtime/media/wav/wav-format.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const folder = temporaryFolder();
const file = join(folder, "recording.wav");

/** The octets of a recording at the moment of a crash. */
function brokenOff(channels: 1 | 2): Buffer {
  const samples = Int16Array.from({ length: 12_288 }, (_, i) => i);
  return Buffer.concat([wavHeader({ coding: "pcm16", sampleRate: 8000, channels }, null), Buffer.from(samples.buffer)]);
}

describe("a recording that was broken off", () => {
  it.each([1, 2] as const)("anywhere is mended to what it has, with %i channels", async (channels) => {
    const whole = brokenOff(channels);
    const frame = 2 * channels;
    for (const length of [44, 45, 46, 47, 48, 49, 50, 51, 1000, 4097, 8235, whole.length]) {
      writeFileSync(file, whole.subarray(0, length));
      const dataBytes = length - 44 - ((length - 44) % frame);
      expect(await repairWav(file)).toEqual({ ok: true, value: Math.floor(dataBytes / frame / 8) });
      const header = wavHeader({ coding: "pcm16", channels, sampleRate: 8000 }, dataBytes);
      expect(readFileSync(file).equals(Buffer.concat([header, whole.subarray(44, 44 + dataBytes)]))).toBe(true);
    }
  });

  it("within its header is no recording, and is not changed", async () => {
    const whole = brokenOff(1);
    for (let length = 0; length < 44; length++) {
      writeFileSync(file, whole.subarray(0, length));
      expect(await repairWav(file)).toMatchObject({ ok: false, problem: expect.stringMatching(/WAV file/) });
      expect(statSync(file).size).toBe(length);
    }
  });

  it.each(["pcmu", "pcma"] satisfies WavCoding[])("of %s with an odd length is filled up", async (coding) => {
    const format = { coding, channels: 1, sampleRate: 8000 } as const;
    writeFileSync(file, Buffer.concat([wavHeader(format, null), Buffer.alloc(801, 0x55)]));
    expect(await repairWav(file)).toEqual({ ok: true, value: 100 });
    const mended = readFileSync(file);
    expect(mended.subarray(0, 44).equals(wavHeader(format, 801))).toBe(true);
    expect([mended.length, mended.readUInt32LE(4), mended.readUInt32LE(40)]).toEqual([846, 838, 801]);
  });

  it("is the same after it is mended again, and what is whole is not touched", async () => {
    writeFileSync(file, brokenOff(1));
    await repairWav(file);
    const [octets, { mtimeMs }] = [readFileSync(file), statSync(file)];
    expect(await repairWav(file)).toEqual({ ok: true, value: 1536 });
    expect(readFileSync(file).equals(octets)).toBe(true);
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
  });

  it("and is gone, or is something else, is told with the reason", async () => {
    const gone = await repairWav(join(folder, "none.wav"));
    expect(gone).toMatchObject({ ok: false, problem: expect.stringMatching(/^the file cannot be mended: ENOENT/) });
    writeFileSync(file, "a letter to my mother");
    expect(await repairWav(file)).toEqual({
      ok: false,
      problem: "it is no WAV file: it does not begin with RIFF and WAVE",
    });
  });
});
