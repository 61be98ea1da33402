/** A part of a list that is too long to be given at once. */

export interface Page<Row> {
  readonly items: readonly Row[];
  /** Where the next page begins; `null` at the end. */
  readonly next: string | null;
}
