/** What the store keeps of trunks: those that were made over the API. */
import type { SealedText } from "./sealing.ts";

export interface TrunkRow {
  readonly domain: string;
  readonly name: string;
  readonly position: number;
  /** The trunk as JSON without its password, checked against the schema by whoever wrote it. */
  readonly json: string;
  readonly password: SealedText | null;
}

export interface TrunkStore {
  /** In the order in which they are tried. */
  all(): Promise<readonly TrunkRow[]>;
  put(trunk: TrunkRow): Promise<void>;
  remove(domain: string, name: string): Promise<boolean>;
}
