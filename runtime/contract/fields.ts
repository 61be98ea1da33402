/** How a schema is held to the type that scripts see. */
import type { z } from "zod";

/** One schema per field of a decision, no more and no less. */
export type Fields<Type> = { readonly [Key in keyof Type]-?: z.ZodType<Type[Key]> };
