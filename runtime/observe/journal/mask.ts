/**
 * What never leaves the process: secrets that scripts have fetched, PINs and passwords in arguments, digest responses, and
 * the keys of encrypted media. In place of a secret stands a placeholder, the same in all texts of a call, so that a replay
 * which is given the placeholder says the same as the call did.
 */
import { MASKED, withoutSecretFields } from "../../base/secret-fields.ts";
import { toWire } from "../../base/text.ts";

/** What is looked for at all: most texts have none of it. */
const SUSPECT = /response=|authorization:|inline:|ice-pwd:/i;
/** In SIP text, and in JSON that holds SIP text. */
const DIGEST_RESPONSE = /(response=\\?"?)[0-9a-f]{32,128}/gi;
const OTHER_CREDENTIALS = /(authorization: *(?:basic|bearer) +)[^\s"\\,]+/gi;
/** RFC 4568 §6.1, RFC 8839 §5.4. */
const MEDIA_KEY = /(inline:|a=ice-pwd:)[a-z0-9+/=]{16,}/gi;
/** A shorter value cannot be told from ordinary text. */
const LEAST_SECRET_CHARACTERS = 4;
const MOST_SECRETS_OF_SCRIPT = 100;
const MOST_SCRIPTS = 1000;

export class Masks {
  /** By script: placeholders by the values that they stand for. */
  readonly #secrets = new Map<string, Map<string, string>>();

  /** An operation has been answered: what it has told of secrets is remembered, to be found in other texts. */
  learn(script: string, name: string, args: string, result: string): void {
    if (!isSecret(name)) return;
    const placeholder = placeholderOf(args);
    let known = this.#secrets.get(script);
    if (known === undefined) {
      if (this.#secrets.size >= MOST_SCRIPTS) this.#secrets.clear();
      known = new Map();
      this.#secrets.set(script, known);
    }
    for (const value of stringsIn(parse(result.slice(1)))) {
      if (value.length < LEAST_SECRET_CHARACTERS || known.has(value)) continue;
      if (known.size >= MOST_SECRETS_OF_SCRIPT) known.delete(known.keys().next().value ?? "");
      known.set(value, placeholder);
    }
  }

  /** A text of a call of this script, as it may be shown and stored. */
  text(script: string, text: string): string {
    let masked = withoutCredentials(text);
    const known = this.#secrets.get(script);
    if (known === undefined) return masked;
    for (const [value, placeholder] of known) {
      for (const form of new Set([value, JSON.stringify(value).slice(1, -1), toWire(value)])) {
        if (masked.includes(form)) masked = masked.replaceAll(form, () => placeholder);
      }
    }
    return masked;
  }

  /** Arguments of an operation, as JSON. */
  args(script: string, args: string): string {
    return this.text(script, withoutSecretFields(args));
  }

  /** What came of an operation, as in `RunTrace.answered`. */
  result(script: string, { name, args }: { readonly name: string; readonly args: string }, result: string): string {
    if (!isSecret(name) || !result.startsWith("r") || result === "r") return this.text(script, result);
    return `r${JSON.stringify(withEachString(parse(result.slice(1)), () => placeholderOf(args)))}`;
  }
}

/** A SIP message, or a text that holds some of one, without digest responses, other credentials and keys of media. */
export function withoutCredentials(text: string): string {
  if (!SUSPECT.test(text)) return text;
  return [DIGEST_RESPONSE, OTHER_CREDENTIALS, MEDIA_KEY].reduce((masked, secret) => {
    return masked.replace(secret, `$1${MASKED}`);
  }, text);
}

function isSecret(operation: string): boolean {
  return operation.startsWith("secrets.");
}

/** Named for the secret, where the arguments say how it is called. */
function placeholderOf(args: string): string {
  const [name = ""] = stringsIn(parse(args));
  return /^[\w.-]{1,64}$/.test(name) ? `[secret ${name}]` : "[secret]";
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function withEachString(value: unknown, to: (text: string) => string): unknown {
  if (typeof value === "string") return to(value);
  if (Array.isArray(value)) return value.map((item) => withEachString(item, to));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withEachString(item, to)]));
}
