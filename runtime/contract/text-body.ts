/** What a text message says: its body and its media type. */
import { z } from "zod";

const MAX_BODY_BYTES = 16_384;
const MAX_TYPE_CHARACTERS = 128;

export const textBodySchema = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= MAX_BODY_BYTES, {
    error: `a message has at most ${MAX_BODY_BYTES} bytes`,
  });

export const textTypeSchema = z
  .string()
  .max(MAX_TYPE_CHARACTERS)
  .regex(/^[A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+( *; *[A-Za-z0-9_-]+=[A-Za-z0-9_.+-]+)*$/, {
    error: "expected a media type such as text/plain;charset=UTF-8",
  });
