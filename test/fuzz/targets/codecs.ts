/** Payloads of every codec: whatever they hold, samples come out, as many as a packet can have. */
import fc from "fast-check";
import type { AudioDecoder } from "../../../runtime/media/embedded/codec/codec.ts";
import { loadCodecs } from "../../../runtime/media/embedded/codec/codecs.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { joinPackets, splitPackets } from "../mutate/packets.ts";
import { holds, type Target } from "../runner/target.ts";

/** 120 ms at 48 kHz is the longest packet of Opus (RFC 6716 §2.1.4). */
const MOST_SAMPLES = 8000;
const MOST_PAYLOAD = 1400;
const codecs = await loadCodecs();
const decoders: readonly AudioDecoder[] = [...codecs.values()].map((codec) => codec.createDecoder());
const packets = fc.array(octets(200), { maxLength: 6 }).map(joinPackets);

export const codec: Target = {
  samples: [joinPackets(["\xff".repeat(160), "\xf8\xff\xfe", "\0".repeat(80), "\x7b\x80\x01abcdef"]), ...encoded()],
  inputs: (seeds) => fc.oneof({ weight: 2, arbitrary: mutated(seeds) }, { weight: 1, arbitrary: packets }),
  run(input) {
    for (const payload of splitPackets(input)) {
      if (payload.length > MOST_PAYLOAD) continue;
      for (const decoder of decoders) {
        const samples = decoder.decode(payload);
        holds(samples.length <= MOST_SAMPLES, `${samples.length} samples come out of ${payload.length} octets.`);
        holds(decoder.conceal(160).length === 160, "What is concealed has another length.");
      }
    }
  },
};

/** A tone in each codec. */
function encoded(): string[] {
  return [...codecs.values()].map((one) => {
    const encoder = one.createEncoder();
    const pcm = Int16Array.from({ length: one.sampleRate / 50 }, (_, at) => 8000 * Math.sin(at / 5));
    const payloads = [0, 1, 2].map(() => Buffer.from(encoder.encode(pcm)).toString("latin1"));
    return joinPackets(payloads);
  });
}
