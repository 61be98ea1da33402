/**
 * Opus (RFC 6716, RFC 7587), mono at 48 kHz, by the optional package `@evan/opus`: where it is not installed or does not
 * load, there is no Opus. A frame of the encoder is 10, 20, 40 or 60 ms long. The package's WebAssembly is used, not its
 * native binary: that one shares its buffers between threads, and crashes the process when a thread that used it ends.
 */
import { InvariantError } from "../../../base/errors.ts";
import type { AudioCodec, AudioDecoder, AudioEncoder } from "./codec.ts";
import { Concealment } from "./concealment.ts";

const PACKAGE: string = "@evan/opus/wasm/index.mjs";
const SAMPLE_RATE = 48_000;
/**
 * What the encoder is told, by the numbers of libopus: 32 kbit/s, as 28 to 40 carry speech of full band (RFC 7587 §3.1.1);
 * complexity 3 of 10, as more costs much and speech does not gain; that it is speech; and redundancy in the packets
 * (RFC 6716 §2.1.7), made for a loss of 5 %.
 */
const SETTINGS: readonly (readonly [command: number, value: number])[] = [
  [4002, 32_000],
  [4010, 3],
  [4024, 3001],
  [4012, 1],
  [4014, 5],
];
const FRAME_SAMPLES: ReadonlySet<number> = new Set([480, 960, 1920, 2880]);
/** RFC 6716 §3.4: no packet holds more than 120 ms, in frames of at most 1275 octets. */
const MOST_OCTETS = 1275 * 48;

interface PackageEncoder {
  encode(pcm: Int16Array): Uint8Array;
  ctl(command: number, value: number): number;
}

interface PackageDecoder {
  decode(payload: Uint8Array): Uint8Array;
}

/** What the package exports, as far as it is used. */
interface OpusPackage {
  readonly Encoder: new (options: object) => PackageEncoder;
  readonly Decoder: new (options: object) => PackageDecoder;
}

/** Opus, or `null` where it cannot be had. */
export async function loadOpus(name: string = PACKAGE): Promise<AudioCodec | null> {
  try {
    const loaded: unknown = await import(name);
    if (!isOpusPackage(loaded)) return null;
    const codec = createOpusCodec(loaded);
    // What is missing in it shows at its first use only.
    codec.createEncoder().encode(new Int16Array(960));
    return codec;
  } catch {
    return null;
  }
}

function isOpusPackage(value: unknown): value is OpusPackage {
  if (typeof value !== "object" || value === null || !("Encoder" in value) || !("Decoder" in value)) return false;
  return typeof value.Encoder === "function" && typeof value.Decoder === "function";
}

function createOpusCodec(opus: OpusPackage): AudioCodec {
  return {
    name: "opus",
    sampleRate: SAMPLE_RATE,
    clockRate: SAMPLE_RATE,
    createEncoder: () => new OpusEncoder(opus),
    createDecoder: () => new OpusDecoder(opus),
  };
}

class OpusEncoder implements AudioEncoder {
  readonly #encoder: PackageEncoder;

  constructor(opus: OpusPackage) {
    this.#encoder = new opus.Encoder({ channels: 1, sample_rate: SAMPLE_RATE, application: "voip" });
    for (const [command, value] of SETTINGS) this.#encoder.ctl(command, value);
  }

  encode(pcm: Int16Array): Uint8Array {
    if (!FRAME_SAMPLES.has(pcm.length)) {
      throw new InvariantError(`Opus has no frame of ${pcm.length} samples: give it 10, 20, 40 or 60 ms at 48 kHz.`);
    }
    return this.#encoder.encode(pcm);
  }
}

class OpusDecoder implements AudioDecoder {
  readonly #decoder: PackageDecoder;
  readonly #concealment = new Concealment(SAMPLE_RATE);
  /** Samples of the last packet that could be decoded. */
  #usual = 960;

  constructor(opus: OpusPackage) {
    this.#decoder = new opus.Decoder({ channels: 1, sample_rate: SAMPLE_RATE });
  }

  decode(payload: Uint8Array): Int16Array {
    const pcm = this.#decode(payload);
    if (pcm === null) return this.conceal(this.#usual);
    this.#usual = pcm.length;
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }

  /** `null`: the payload is no Opus, which the package tells by throwing. */
  #decode(payload: Uint8Array): Int16Array | null {
    if (payload.length === 0 || payload.length > MOST_OCTETS) return null;
    try {
      const octets = this.#decoder.decode(payload);
      return new Int16Array(octets.buffer, octets.byteOffset, octets.byteLength >> 1);
    } catch {
      return null;
    }
  }
}
