/** `liveness`: how the switch finds out that a phone is gone without a word. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";

/** Less is of use in a laboratory alone. */
const LEAST_PING_SECONDS = 2;
/** The media plane calls a side silent after this. */
const LEAST_SILENCE_SECONDS = 10;
const MOST_SECONDS = 86_400;

/** 0: never. */
function secondsFrom(least: number) {
  return z
    .int()
    .max(MOST_SECONDS)
    .refine((seconds) => seconds === 0 || seconds >= least, {
      error: (issue) => `expected at least ${least}, or 0 for never, found ${describeValue(issue.input)}`,
    });
}

export const livenessSchema = z.strictObject({
  pingSeconds: secondsFrom(LEAST_PING_SECONDS).default(900),
  silenceSeconds: secondsFrom(LEAST_SILENCE_SECONDS).default(300),
});
