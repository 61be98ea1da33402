/** Texts that many bindings have in common, kept once: a hundred thousand phones are of a few makes. */
import type { BindingRow } from "../../port/store.ts";

/** Beyond this texts are as different as the phones are. */
const MOST_TEXTS = 2_000;

export class Shared {
  readonly #texts = new Map<string, string>();

  /** The same binding, with the texts of others where they are equal. */
  of(row: BindingRow): BindingRow {
    return {
      ...row,
      domain: this.#textOf(row.domain),
      userAgent: row.userAgent === null ? null : this.#textOf(row.userAgent),
      localAddress: this.#textOf(row.localAddress),
      transport: row.transport,
    };
  }

  #textOf(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    if (this.#texts.size >= MOST_TEXTS) this.#texts.clear();
    this.#texts.set(text, text);
    return text;
  }
}
