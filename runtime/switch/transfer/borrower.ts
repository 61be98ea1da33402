/** Whoever waits for another call to be taken over: it hears how that one goes. */
export interface Borrower {
  /** It is answered, or acknowledged. */
  lenderChanged(): void;
  /** It is over. `code`: how it ended. */
  lenderEnded(code: number): void;
}
