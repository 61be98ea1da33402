/** What PCMU and PCMA have in common (RFC 3551 §4.5.14): one octet a sample at 8 kHz, by a table each way. */
import type { AudioCodec, AudioDecoder, AudioEncoder } from "./codec.ts";
import { Concealment } from "./concealment.ts";
import { OctetScratch, SampleScratch } from "./scratch.ts";

const SAMPLE_RATE = 8000;
const USUAL_SAMPLES = 160;

export function createG711Codec(name: "PCMU" | "PCMA", toOctet: Uint8Array, toPcm: Int16Array): AudioCodec {
  return {
    name,
    sampleRate: SAMPLE_RATE,
    clockRate: SAMPLE_RATE,
    createEncoder: () => new G711Encoder(toOctet),
    createDecoder: () => new G711Decoder(toPcm),
  };
}

class G711Encoder implements AudioEncoder {
  readonly #toOctet: Uint8Array;
  readonly #scratch = new OctetScratch(USUAL_SAMPLES);

  constructor(toOctet: Uint8Array) {
    this.#toOctet = toOctet;
  }

  encode(pcm: Int16Array): Uint8Array {
    const toOctet = this.#toOctet;
    const payload = this.#scratch.take(pcm.length);
    for (let i = 0; i < pcm.length; i++) payload[i] = toOctet[(pcm[i] ?? 0) & 0xffff] ?? 0;
    return payload;
  }
}

class G711Decoder implements AudioDecoder {
  readonly #toPcm: Int16Array;
  readonly #scratch = new SampleScratch(USUAL_SAMPLES);
  readonly #concealment = new Concealment(SAMPLE_RATE);

  constructor(toPcm: Int16Array) {
    this.#toPcm = toPcm;
  }

  decode(payload: Uint8Array): Int16Array {
    const toPcm = this.#toPcm;
    const pcm = this.#scratch.take(payload.length);
    for (let i = 0; i < payload.length; i++) pcm[i] = toPcm[payload[i] ?? 0] ?? 0;
    this.#concealment.heard(pcm);
    return pcm;
  }

  conceal(samples: number): Int16Array {
    return this.#concealment.conceal(samples);
  }
}
