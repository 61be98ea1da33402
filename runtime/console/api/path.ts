/** Paths of the API: what is put in is encoded, so that a name with a slash is one segment. */
export function path(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.reduce((text, part, index) => text + encodeURIComponent(String(values[index - 1])) + part);
}

export type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** `?a=1&b=2`; what is `undefined`, `null` or empty is left out. */
export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== "") params.set(name, String(value));
  }
  const text = params.toString();
  return text === "" ? "" : `?${text}`;
}
