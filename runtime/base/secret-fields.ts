/** Fields of JSON data whose names say that they are secret: they are never written down. */

export const MASKED = "[masked]";

const SECRET_FIELD = /^(pin|password|passwd|secret|token|api_?key|(proxy-)?authorization|cookie)$/i;

/** The same data, as JSON text, with `[masked]` in place of what is secret by its name. */
export function withoutSecretFields(json: string): string {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return JSON.stringify(MASKED);
  }
  return JSON.stringify(value, (key, field: unknown) => (SECRET_FIELD.test(key) && field !== null ? MASKED : field));
}
