/** `sip`: what the switch asks for and accepts in its calls. */
import { z } from "zod";
import { describeValue } from "../contract/issue.ts";

/** RFC 4028 §4: less than 90 s is against the RFC, and of use in a laboratory alone. */
const LEAST_SECONDS = 2;
const MOST_SECONDS = 86_400;

const seconds = z.int().min(LEAST_SECONDS).max(MOST_SECONDS);

export const sipSchema = z
  .strictObject({
    sessionExpires: z
      .union([seconds, z.literal(false).transform(() => null)], {
        error: (issue) =>
          `expected a number of seconds from ${LEAST_SECONDS} to ${MOST_SECONDS}, or false, found ${describeValue(issue.input)}`,
      })
      .default(1800),
    minSE: seconds.default(90),
  })
  .check((context) => {
    const { sessionExpires, minSE } = context.value;
    if (sessionExpires === null || sessionExpires >= minSE) return;
    const message = `a session of ${sessionExpires} s is shorter than minSE, which is ${minSE} s`;
    context.issues.push({ code: "custom", message, path: ["sessionExpires"], input: sessionExpires });
  });
