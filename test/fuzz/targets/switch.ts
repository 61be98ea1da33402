/** The whole switch on virtual time, while a good call goes through: `../switch/play.ts`. */
import { knownMessages } from "../grammar/corpus.ts";
import type { Target } from "../runner/target.ts";
import { play } from "../switch/play.ts";
import { stepsText } from "../switch/steps.ts";

const OWN = [
  "alice call 1",
  "mallory request 1",
  "carol within 0\ndave answer 5",
  "bob call 5\ncarol answer 1\nbob cancel 0",
];
const messages = knownMessages();

export const wholeSwitch: Target = {
  samples: OWN,
  inputs: () => stepsText,
  // Some hours of virtual time.
  stallMs: 500,
  inputsPerCheck: 500,
  run: (input) => play(input, messages),
};
