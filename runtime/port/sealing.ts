/** Texts that are kept encrypted, with the key that lies beside the store. */

export interface SealedText {
  /** Names the key that it was sealed with. */
  readonly keyId: string;
  /** Base64, as `sealed`. */
  readonly nonce: string;
  readonly sealed: string;
}

export interface Sealing {
  /**
   * `what`: whose text it is; it goes into the seal, so that one row cannot stand for another. Throws `RequestError`
   * (`secrets-unavailable`) where there is no usable key.
   */
  sealText(domain: string, what: string, text: string): SealedText;
  /** `undefined` where it was sealed with another key, for something else, or was damaged. */
  openText(domain: string, what: string, sealed: SealedText): string | undefined;
}
