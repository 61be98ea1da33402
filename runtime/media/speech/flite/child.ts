/**
 * The process that runs flite, one text at a time: the program is compiled once and gets a memory of its own for each text,
 * so that no text can reach another one. Ends with the channel to the switch.
 */
import { readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { level } from "./level.ts";
import { compileProgram } from "./program.ts";
import { type FliteReply, type FliteRequest, MAX_WAV_BYTES } from "./protocol.ts";
import { WasiHost } from "./wasi.ts";

const HEADER_BYTES = 44;

/** Whoever waits for a text can wait; the audio of those who are in a call cannot. */
const NICENESS = 5;

setPriority(NICENESS);

const program = compileProgram(readFileSync(process.argv[2] ?? ""));

function speak({ text, voice }: FliteRequest): FliteReply {
  const host = new WasiHost({
    args: ["flite", "-voice", voice, "-t", text, "-o", "speech.wav"],
    maxFileBytes: MAX_WAV_BYTES,
  });
  try {
    const code = host.run(program);
    if (code === 0 && host.file.length > HEADER_BYTES) return { type: "spoken", wav: levelled(host.file) };
    return { type: "failed", reason: `exit code ${code}, ${host.file.length} bytes of audio. ${host.stderr}`.trim() };
  } catch (error) {
    return { type: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** flite writes one form of header alone: 44 octets, PCM, 16 bit, mono. */
function levelled(wav: Buffer): Uint8Array {
  const samples = new Int16Array((wav.length - HEADER_BYTES) >> 1);
  for (const index of samples.keys()) samples[index] = wav.readInt16LE(HEADER_BYTES + 2 * index);
  level(samples);
  for (const [index, sample] of samples.entries()) wav.writeInt16LE(sample, HEADER_BYTES + 2 * index);
  return wav;
}

// The one writer is the switch that started this process.
process.on("message", (request) => process.send?.(speak(request as FliteRequest)));
