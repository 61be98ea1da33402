/** What a script gives to the operations of `phone` (`sdk/phone.ts`). */
import { z } from "zod";
import { argsParser } from "./operation-args.ts";

/** The user part of a request is no longer. */
const MAX_TEXT_CHARACTERS = 128;

export const phoneArgs = {
  parse: argsParser(
    z.strictObject({ text: z.string().max(MAX_TEXT_CHARACTERS), country: z.exactOptional(z.string()) }),
  ),
};
