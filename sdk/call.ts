/** A call as a script sees it. */

/** JSON data: what `call.state` may hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Who called, or who is called. */
export interface Party {
  /** The whole URI: `sip:alice@example.com`. */
  readonly uri: string;
  /** The user part with its escapes undone: `alice`, `+4930123456`; empty where there is none. */
  readonly user: string;
  /** The host part: `example.com`. */
  readonly host: string;
  /** The display name, or an empty string. */
  readonly name: string;
}

/** The headers of the request that began the call. */
export interface Headers {
  /** The first value of a header, whatever the case of its name or its compact form; `undefined` where it is not there. */
  get(name: string): string | undefined;
  /** Every line of a header, in order. */
  all(name: string): readonly string[];
}

/** One side that is or was called. */
export interface Leg {
  readonly id: string;
  /** The target as the decision named it. */
  readonly target: string;
  /** The URI that was called. */
  readonly uri: string;
  readonly state: "calling" | "ringing" | "answered" | "ended";
  /** The trunk that it leaves by; absent: none. */
  readonly trunk?: string;
}

/** What a SIP message came over. */
export type SipTransport = "udp" | "tcp" | "tls" | "ws" | "wss";

export interface Call {
  /** Names the call in logs, in the API and on the command line. */
  readonly id: string;
  /** `outbound`: the switch has begun the call, and `from` was called first. */
  readonly direction: "inbound" | "outbound";
  /** The caller: the From header. */
  readonly from: Party;
  /** The called: the Request-URI. Of a call from a trunk, the number in E.164, however the carrier writes it. */
  readonly to: Party;
  /** The called number in E.164 (`+4930123456`) where the Request-URI has one, else `null`. */
  readonly number: string | null;
  /** The user of this switch who calls, once authenticated, else `null`. Of an outbound call: the user who was called first. */
  readonly user: string | null;
  /** The trunk that the call came from, or `null`. */
  readonly trunk: string | null;
  /**
   * Who calls, as a trusted trunk asserts it (P-Asserted-Identity, RFC 3325), or `null`. `from` is what the caller says, and
   * may be anonymous.
   */
  readonly identity: Party | null;
  /** The SIP domain of this switch that the call belongs to. */
  readonly domain: string;
  /** Of an outbound call there are none. */
  readonly headers: Headers;
  /** The caller's session description, or `null`. */
  readonly sdp: string | null;
  /** Where the request came from: `192.0.2.4:5060`. */
  readonly source: string;
  readonly transport: SipTransport;
  /** When the call came in, or was begun, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** When it was answered, ISO 8601 in UTC, or `null`. */
  readonly answeredAt: string | null;
  /** Seconds since it was answered; 0 before. */
  readonly seconds: number;
  /** In the order in which they were called; of an outbound call, `from` is the first. */
  readonly legs: readonly Leg[];
  /** Labels set by `tag`. */
  readonly tags: Readonly<Record<string, string>>;
  /** The version of the script that this call runs on, from its first event to its last. */
  readonly version: number;
  /**
   * What the script wants to remember of this call: JSON, at most 8 KB. It is kept by the switch together with a valid
   * return of the handler, and is there again at the next event.
   */
  // biome-ignore lint/suspicious/noExplicitAny: each script gives its state the shape it likes.
  state: any;
}
