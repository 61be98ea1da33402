/** Lists of the HTTP API: one page, and where the next one begins. Also the small pieces many schemas share. */
import { z } from "zod";

/** The most items a page may have. */
export const MAX_PAGE_ITEMS = 1000;
const DEFAULT_PAGE_ITEMS = 100;
const MAX_CURSOR_CHARACTERS = 512;

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_ITEMS).default(DEFAULT_PAGE_ITEMS),
  cursor: z.string().min(1).max(MAX_CURSOR_CHARACTERS).optional().meta({ description: "`next` of the page before." }),
};

export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({
    items: z.array(item),
    next: z.string().nullable().meta({ description: "`cursor` of the next page; null at the end." }),
  });
}

/** A moment, ISO 8601 in UTC. */
export const timeSchema = z.string().meta({ format: "date-time" });

/** `?name=1`, `?name=true`, or neither. */
export const flagSchema = z
  .enum(["1", "true", "0", "false"])
  .default("0")
  .transform((value) => value === "1" || value === "true");

/** A name in a path: of a user, a route, a call. Whoever owns the resource knows the rest. */
export const nameSchema = z.string().min(1).max(128);

/** Describes in the OpenAPI document what another room checks, in place of the loose schema here. */
export function documentedAs(schema: z.ZodType): (context: { jsonSchema: Record<string, unknown> }) => void {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: "input" });
  return ({ jsonSchema }) => {
    for (const key of Object.keys(jsonSchema)) if (key !== "description") delete jsonSchema[key];
    Object.assign(jsonSchema, described);
  };
}
