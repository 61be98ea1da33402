/** Who decides whether a source is heard at all, before anything that it sends is read. */

export interface SourceGuard {
  /** `false`: what comes from there is dropped, and its connections are cut. */
  hears(address: string): boolean;
  /** It has sent what is no SIP, so many octets of it. */
  malformed(address: string, length: number): void;
}

export const HEARS_EVERYBODY: SourceGuard = { hears: () => true, malformed: () => undefined };
