/**
 * How a request is to be forwarded (RFC 3261 §16.6): its targets, what differs from the request that came, and who is told
 * of its end.
 */
import type { Hop } from "../hop.ts";
import type { HeaderField } from "../message/message.ts";

/** One copy of a request. */
export interface ForwardTarget {
  /** Its Request-URI. */
  readonly uri: string;
  readonly hop: Hop;
  /** Route values that go before those of the request: the Path of a contact (RFC 3327). */
  readonly route?: readonly string[] | undefined;
  /** Other ways to the same device, best first (RFC 5626 §5.3): tried one after the other where this one is broken. */
  readonly spares?: readonly ForwardTarget[] | undefined;
  /** This way is broken. `isSaid`: a proxy next to the device says so (430); else nothing has come back by it. */
  readonly onBroken?: ((isSaid: boolean) => void) | undefined;
  /** It has taken the request after all, when that had been answered without it. */
  readonly onLateSuccess?: (() => void) | undefined;
}

/** Targets of one group get their copies at once; the groups follow each other while nobody has answered with a 2xx. */
export type TargetGroups = readonly (readonly ForwardTarget[])[];

export interface ForwardOptions {
  /**
   * All fields but Via, Route, Record-Route, Max-Forwards, Max-Breadth and Content-Length, which are the proxy's.
   * @default those of the request, in their order
   */
  readonly fields?: readonly HeaderField[] | undefined;
  /** @default that of the request */
  readonly body?: string | undefined;
  /**
   * Requests of the dialog that this one makes come through here as well (RFC 3261 §16.6 step 4). `isUser`: whether the
   * sender is a user of ours, whom the other end reaches over the flow that this request has come by.
   * @default they do not
   */
  readonly recordsRoute?: { readonly isUser: boolean } | undefined;
  /**
   * The end of it, once. `"answered"` says that the request has been, or will be, answered by whoever is told; otherwise the
   * response goes back as it is.
   */
  readonly onFinal?: ((final: ForwardedFinal) => "answered" | undefined) | undefined;
}

/** The best final response of all copies (RFC 3261 §16.7 step 6), or one that the proxy makes in its place. */
export interface ForwardedFinal {
  readonly status: number;
  readonly reason: string;
  /** Without Via, From, To, Call-ID, CSeq and Content-Length. */
  readonly fields: readonly HeaderField[];
  readonly body: string;
  /** No answer has come: nobody is there (480), or nobody can be reached (500). */
  readonly isOurs: boolean;
}
