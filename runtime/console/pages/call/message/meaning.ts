/** What something in a message means. */
export interface Meaning {
  /** A short sentence. */
  readonly text: string;
  /** Where it is laid down: `RFC 3261 §20.8`. */
  readonly source: string;
}
