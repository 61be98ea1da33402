/** HTTP requests on behalf of scripts: what the sandbox asks for, and what `runtime/fetch` does. */
import type { Result } from "../base/result.ts";

/** Nothing of it is checked yet: a script has said it. */
export interface FetchRequest {
  /** Whose allow-list and whose share of the connections it is. */
  readonly script: string;
  readonly domain: string;
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array | null;
  /** What becomes of an answer that redirects: it is followed, given as it is, or a failure. */
  readonly redirect: "follow" | "manual" | "error";
  /** Of all of it: waiting for a turn, names, connections, redirects, the body. */
  readonly timeoutMs: number;
  /** Aborted once nobody waits for it any more. */
  readonly signal: AbortSignal;
}

export interface FetchResponse {
  /** Where the answer came from in the end, without the fragment. */
  readonly url: string;
  readonly redirected: boolean;
  readonly status: number;
  readonly statusText: string;
  /** As they came, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Unpacked, where it came compressed. */
  readonly body: Buffer;
}

export interface FetchProblem {
  readonly code: "invalid-arguments" | "network" | "not-allowed" | "overloaded" | "timeout" | "too-large";
  /** One sentence that names the host, and no address that the script did not name itself. */
  readonly message: string;
}

export interface Fetcher {
  fetch(request: FetchRequest): Promise<Result<FetchResponse, FetchProblem>>;
}
