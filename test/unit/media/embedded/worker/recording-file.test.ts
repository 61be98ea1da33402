import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, open, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RecordingFile } from "../../../../../runtime/media/embedded/worker/recording-file.ts";

const FORMAT = { sampleRate: 8000, channels: 1 } as const;
/** Calls of the file system that Node does at a time. */
const POOL = 4;

let folder: string;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "strowger-recording-"));
  problems = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function create(): { readonly file: string; readonly recording: RecordingFile } {
  const file = join(folder, "voice.wav");
  return { file, recording: new RecordingFile(file, FORMAT, (problem) => problems.push(problem)) };
}

const second = (value: number) => new Int16Array(8000).fill(value);

describe("the file of a recording", () => {
  it("has what was appended, cut to what is to be kept", async () => {
    const { file, recording } = create();
    recording.append(second(1));
    recording.append(second(2));
    expect(await recording.finish(1500)).toEqual({ ms: 1500, problem: null });
    const bytes = readFileSync(file);
    expect(bytes).toHaveLength(44 + 24_000);
    expect([bytes.readUInt32LE(4), bytes.readUInt32LE(40)]).toEqual([24_036, 24_000]);
    expect([bytes.readInt16LE(44), bytes.readInt16LE(44 + 23_998)]).toEqual([1, 2]);
  });

  it("may be empty", async () => {
    const { recording } = create();
    expect(await recording.finish(0)).toEqual({ ms: 0, problem: null });
  });

  it("is given up when the disk does not keep up, once, and no more is kept in memory", async () => {
    const release = blockDisk();
    try {
      const { recording } = create();
      for (let i = 0; i < 10; i++) recording.append(second(i));
      expect(problems).toEqual([]);
      recording.append(second(10));
      recording.append(second(11));
      expect(problems).toEqual(["the disk does not keep up: 10 s of audio wait to be written"]);
      release();
      expect((await recording.finish(12_000)).problem).toBe(problems[0]);
    } finally {
      release();
    }
  });
});

/** Keeps the threads that Node reads and writes files with, as a disk does that does not answer. */
function blockDisk(): () => void {
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (let i = 0; i < POOL; i++) open(pipe, "r", (_error, descriptor) => closeSync(descriptor));
  let isBlocked = true;
  return () => {
    if (isBlocked) closeSync(openSync(pipe, "r+"));
    isBlocked = false;
  };
}
