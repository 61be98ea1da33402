/**
 * Secrets that scripts have got, kept out of what is shown of the scripts: console lines, errors. A script keeps what it
 * has got in its variables as well, so a text stays concealed for the script, not for one event alone.
 */
import type { ScriptFault } from "../port/script.ts";
import type { Concealment } from "../port/script-data.ts";

const MASK = "***";
/** Of one script; the oldest goes first. Each secret makes a few. */
const MOST_TEXTS = 1_000;
/** A shorter piece of a secret tells too little to be hidden, and would hide too much else. */
const LEAST_CHARACTERS = 4;
/** Lines of a secret that are printed one by one, as those of a certificate. */
const LEAST_LINE_CHARACTERS = 8;
/** A text may be cut where a message quotes it (`contract/issue.ts`). */
const QUOTED_CHARACTERS = 40;
/** A line that is as long as this may have been cut at its end. */
const CUT_CHARACTERS = 1_024;

export class ConcealedTexts implements Concealment {
  readonly #byScript = new Map<string, Set<string>>();

  conceal(script: string, text: string): void {
    const known = this.#byScript.get(script) ?? new Set();
    this.#byScript.set(script, known);
    for (const form of formsOf(text)) {
      // Added anew, it is the youngest.
      known.delete(form);
      known.add(form);
    }
    for (const oldest of known) {
      if (known.size <= MOST_TEXTS) break;
      known.delete(oldest);
    }
  }

  mask(script: string, text: string): string {
    const known = this.#byScript.get(script);
    if (known === undefined) return text;
    // The longest first: one secret may be a part of another.
    const forms = [...known].sort((one, other) => other.length - one.length);
    const whole = replaceAll(text, forms);
    const ended = text.length < CUT_CHARACTERS ? whole : maskEnd(whole, forms);
    const quoted = forms.filter((form) => form.length > QUOTED_CHARACTERS);
    return replaceAll(
      ended,
      quoted.map((form) => form.slice(0, QUOTED_CHARACTERS)),
    );
  }

  maskFault(script: string, fault: ScriptFault): ScriptFault {
    if (!this.#byScript.has(script)) return fault;
    const message = this.mask(script, fault.message);
    return { ...fault, message, ...(fault.stack === undefined ? {} : { stack: this.mask(script, fault.stack) }) };
  }
}

/** The shapes in which a secret may be printed. */
function formsOf(text: string): readonly string[] {
  const lines = text.split(/[\r\n]+/).filter((line) => line.length >= LEAST_LINE_CHARACTERS);
  const forms = [text, text.trim(), ...lines].flatMap((form) => [form, JSON.stringify(form).slice(1, -1)]);
  return forms.filter((form) => form.length >= LEAST_CHARACTERS);
}

function replaceAll(text: string, forms: readonly string[]): string {
  return forms.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}

/** Where the text ends within a secret, it ends with the beginning of it. */
function maskEnd(text: string, forms: readonly string[]): string {
  const lengths = forms.map((form) => {
    for (let length = Math.min(form.length, text.length); length >= LEAST_CHARACTERS; length--) {
      if (text.endsWith(form.slice(0, length))) return length;
    }
    return 0;
  });
  const longest = Math.max(...lengths);
  return longest === 0 ? text : text.slice(0, -longest) + MASK;
}
