/** STUN on the SIP port: an answer fits its request, and is never much larger. */
import fc from "fast-check";
import { answerStun, isStun } from "../../../runtime/sip/transport/stun.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const COOKIE = "\x21\x12\xa4\x42";
const ID = "0123456789ab";
const OWN = [
  `\0\x01\0\0${COOKIE}${ID}`,
  `\0\x01\0\0clas${ID}`,
  `\0\x01\0\x08${COOKIE}${ID}\x80\x22\0\x04test`,
  `\0\x01\0\x10${COOKIE}${ID}\0\x06\0\x03abc\0\0\x24\0\x04\x6e\x7f\x1e\xff`,
];
const MOST_GROWTH = 100;

export const stun: Target = {
  samples: OWN,
  inputs: (seeds) =>
    fc.oneof(
      {
        weight: 2,
        arbitrary: mutated(seeds, { words: [COOKIE, "\0\x01", "\0\x04", "\x80\x28\0\x04", "\0\x08\0\x14"] }),
      },
      {
        weight: 1,
        arbitrary: octets(120).map((rest) => `\0\x01\0${String.fromCharCode(rest.length & 0xfc)}${COOKIE}${ID}${rest}`),
      },
      { weight: 1, arbitrary: octets(60) },
    ),
  run(input) {
    isStun(input);
    for (const [address, port] of [
      ["192.0.2.1", 5060],
      ["2001:db8::1", 65535],
    ] as const) {
      const answer = answerStun(input, address, port);
      if (answer === undefined) continue;
      holds(answer.slice(4, 20) === input.slice(4, 20), "The answer is for another request.");
      holds(answer.length <= input.length + MOST_GROWTH, "The answer is far larger than its request.");
      holds(
        Buffer.from(answer, "latin1").readUInt16BE(2) === answer.length - 20,
        "The answer has another length than it says.",
      );
    }
  },
};
