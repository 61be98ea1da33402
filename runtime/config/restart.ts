/** `restart`: what becomes of calls that are up when the switch is stopped, or dies, and started again. */
import { z } from "zod";

const LONGEST_SECONDS = 3600;

export const restartSchema = z.strictObject({
  keepCallsSeconds: z.int().min(0).max(LONGEST_SECONDS).default(30),
});
