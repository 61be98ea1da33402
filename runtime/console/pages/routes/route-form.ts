/** What the form of a route says, as the API takes it. Pure. */
import { MATCH_FIELDS } from "./match-words.ts";

/** What is left empty is left out: it matches everything. */
export function routeOf(
  form: FormData,
  fallback: unknown,
): { readonly name: string; readonly [field: string]: unknown } {
  const text = (field: string) => String(form.get(field) ?? "").trim();
  const match = MATCH_FIELDS.map((field) => [field, text(field)] as const).filter(([, value]) => value !== "");
  const hasFallback = !Array.isArray(fallback) || fallback.length > 0;
  return {
    name: text("name"),
    ...Object.fromEntries(match),
    script: text("script"),
    ...(hasFallback ? { fallback } : {}),
    ...(form.get("public") === null ? {} : { public: true }),
  };
}
