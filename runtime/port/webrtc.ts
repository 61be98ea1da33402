/**
 * What the switch asks of a gateway between browsers and plain RTP: it ends ICE (RFC 8445), DTLS and SRTP (RFC 5764) of one
 * browser, and hands RTP to an endpoint of the media plane. It works in another process: every call returns at once, and
 * what comes of it arrives as an event. Plain data alone crosses.
 */
import type { MediaAddress } from "./media.ts";

/** Where one side may be reached (RFC 8839 §5.1); UDP, and of RTP alone, as RTCP shares its port. */
export interface IceCandidate {
  readonly foundation: string;
  readonly priority: number;
  readonly address: string;
  readonly port: number;
  readonly type: "host" | "srflx" | "prflx" | "relay";
}

/** Of the certificate that a side shows in DTLS (RFC 8122). */
export interface Fingerprint {
  readonly algorithm: "sha-256" | "sha-384" | "sha-512";
  /** Octets in hexadecimal, upper case, with colons. */
  readonly value: string;
}

/** Who begins DTLS (RFC 8842 §5): `active` does; `actpass` leaves it to the other side. */
export type DtlsSetup = "active" | "passive" | "actpass";

/** What a description says of ICE and DTLS. */
export interface IceDtls {
  readonly ufrag: string;
  readonly pwd: string;
  readonly fingerprint: Fingerprint;
  readonly setup: DtlsSetup;
  readonly candidates: readonly IceCandidate[];
}

/** Our end: what descriptions of ours say, and where the gateway takes plain RTP and RTCP from the endpoint. */
export interface BrowserLine {
  readonly ice: IceDtls;
  readonly plain: MediaAddress;
}

export interface WebRtcRequest {
  /** The address of ours to listen on. */
  readonly address: string;
  /** How the browser sees that address. */
  readonly told: string;
  /** The endpoint that hears and feeds the browser. */
  readonly endpoint: MediaAddress;
  /** What the browser has offered; `null`: we make the offer, and `accept` has the answer. */
  readonly remote: IceDtls | null;
}

export type WebRtcEvent =
  /** What a description of ours may say. */
  | { readonly type: "ready"; readonly line: BrowserLine }
  /** ICE has found a way, and the certificate is the one that was announced. */
  | { readonly type: "connected" }
  /** It is gone, or never came to be; it is closed already. */
  | { readonly type: "failed"; readonly message: string };

export interface WebRtcOwner {
  webRtcEvent(event: WebRtcEvent): void;
}

/** One browser. */
export interface WebRtcSession {
  /** The browser's answer to our offer. Once. */
  accept(remote: IceDtls): void;
  /** Idempotent; nothing is told of it any more. */
  close(): void;
}

export interface WebRtcGateway {
  open(request: WebRtcRequest, owner: WebRtcOwner): WebRtcSession;
}
