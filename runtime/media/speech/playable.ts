/**
 * What a driver gave, made into a WAV file of one channel with a plain header that tells the true length: programs that
 * write to a pipe cannot know it when they write theirs. Rate and coding stay: the player converts.
 */
import { fail, ok, type Result } from "../../base/result.ts";
import type { WavFormat } from "../wav/wav-format.ts";
import { frameBytesOf, wavHeader } from "../wav/wav-format.ts";
import { walkWav } from "../wav/wav-layout.ts";
import { readMono } from "../wav/wav-samples.ts";

export interface SpokenAudio {
  readonly format: WavFormat;
  /** Whole frames, at least one. */
  readonly data: Buffer;
}

/** The problem is a sentence about what came. */
export function toPlayable(bytes: Buffer): Result<Buffer, string> {
  const found = findAudio(bytes);
  if (!found.ok) return found;
  const { format, data } = found.value.format.channels === 1 ? found.value : toMono(found.value);
  return ok(Buffer.concat([wavHeader(format, data.length), data]));
}

/** The audio in the bytes of a WAV file. */
export function findAudio(bytes: Buffer): Result<SpokenAudio, string> {
  if (bytes.length === 0) return fail("There is no audio: what speaks has written nothing.");
  const walk = walkWav(bytes.length);
  let step = walk.next();
  while (step.done !== true) step = walk.next(bytes.subarray(step.value.at, step.value.at + step.value.length));
  if (!step.value.ok) return fail(`The audio cannot be played: ${step.value.problem}.`);
  const { format, dataStart, dataBytes } = step.value.value;
  if (dataBytes <= 0) return fail("The audio cannot be played: the WAV file has no samples.");
  return ok({ format, data: bytes.subarray(dataStart, dataStart + dataBytes) });
}

function toMono({ format, data }: SpokenAudio): SpokenAudio {
  const samples = new Int16Array(data.length / frameBytesOf(format));
  readMono(format, data, samples);
  const mono = Buffer.alloc(2 * samples.length);
  for (const [index, sample] of samples.entries()) mono.writeInt16LE(sample, 2 * index);
  return { format: { ...format, coding: "pcm16", channels: 1 }, data: mono };
}
