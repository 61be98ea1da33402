/** The stream framer: the same frames however the stream is split, and never more in memory than a message may have. */
import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { PARSE_LIMITS } from "../../../runtime/sip/message/limits.ts";
import { Framer } from "../../../runtime/sip/transport/framing.ts";
import { knownMessages } from "../grammar/corpus.ts";
import { message } from "../grammar/sip.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { Chance, numberOf } from "../mutate/chance.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "\r\n\r\n",
  "OPTIONS sip:a SIP/2.0\r\nContent-Length: 3\r\n\r\nabc",
  "x\r\nl: 0\r\n\r\n\r\n\r\nx\r\nl : 1\r\n\r\ny",
];
const words = ["\r\n\r\n", "\r\n", "\r", "\n", "Content-Length: ", "l:", " ", "\r\n "];
const stream = fc.array(fc.oneof(message(octets(40)), fc.constantFrom(...words, ...OWN)), { maxLength: 4 });

export const framing: Target = {
  samples: [...OWN, ...knownMessages()],
  inputs: (seeds) => {
    const single = mutated(seeds, { words });
    return fc.oneof(
      stream.map((parts) => parts.join("")),
      fc.array(single, { maxLength: 4 }).map((parts) => parts.join("")),
    );
  },
  run(input) {
    const whole = new Framer().push(input);
    deepStrictEqual(framesOf(input, cuts(input, new Chance(numberOf(input)))), whole);
    if (input.length < 2000)
      deepStrictEqual(
        framesOf(
          input,
          [...input].map((_, at) => at + 1),
        ),
        whole,
      );
    for (const frame of whole) {
      const octets = frame.type === "message" ? frame.text.length : frame.type === "refused" ? frame.head.length : 0;
      holds(octets <= PARSE_LIMITS.messageBytes, "A frame is larger than a message may be.");
    }
  },
};

/** Places at which the stream is cut. */
function cuts(input: string, chance: Chance): number[] {
  return Array.from({ length: chance.below(12) }, () => chance.below(input.length + 1)).sort((a, b) => a - b);
}

function framesOf(input: string, places: readonly number[]) {
  const framer = new Framer();
  let from = 0;
  const frames = places.flatMap((place) => {
    const chunk = input.slice(from, place);
    from = place;
    return framer.push(chunk);
  });
  return [...frames, ...framer.push(input.slice(from))];
}
