/** WAV files that anybody may upload: the audio that is found lies within the file. */
import fc from "fast-check";
import { findAudio, toPlayable } from "../../../runtime/media/speech/playable.ts";
import { wavHeader } from "../../../runtime/media/wav/wav-format.ts";
import { walkWav } from "../../../runtime/media/wav/wav-layout.ts";
import { readMono } from "../../../runtime/media/wav/wav-samples.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const MOST_READS = 200;

export const wav: Target = {
  samples: [
    { coding: "pcm16", channels: 1, sampleRate: 8000 } as const,
    { coding: "pcmu", channels: 1, sampleRate: 8000 } as const,
    { coding: "pcm16", channels: 2, sampleRate: 44_100 } as const,
  ].map((format) => `${Buffer.from(wavHeader(format, 64)).toString("latin1")}${"\x10\x20".repeat(32)}`),
  inputs: (seeds) =>
    fc.oneof(
      {
        weight: 4,
        arbitrary: mutated(seeds, {
          words: ["data", "fmt ", "RIFF", "LIST", "\xff\xff\xff\xff", "\0\0\0\0", "\xfe\xff"],
        }),
      },
      { weight: 1, arbitrary: octets(80).map((rest) => `RIFF\0\0\0\0WAVE${rest}`) },
    ),
  run(input) {
    const bytes = Buffer.from(input, "latin1");
    findAudio(bytes);
    toPlayable(bytes);
    const walk = walkWav(bytes.length);
    let step = walk.next();
    for (let reads = 0; step.done !== true; reads++) {
      holds(reads < MOST_READS, "The walk over the file does not end.");
      const { at, length } = step.value;
      step = walk.next(bytes.subarray(at, at + length));
    }
    if (!step.value.ok) return;
    const { format, dataStart, dataBytes } = step.value.value;
    holds(dataBytes >= 0 && dataStart + dataBytes <= bytes.length, "Audio behind the end of the file.");
    readMono(format, bytes.subarray(dataStart, dataStart + dataBytes), new Int16Array(200));
  },
};
