/** What of TLS the operator decides (`tls` of `strowger.yaml`). Files are PEM, their paths absolute. */
export interface TlsSettings {
  /** What we show to whoever names none of `servers`, and to servers that ask for ours; `null`: we have none. */
  readonly identity: IdentityFiles | null;
  /** Shown to clients that ask for these names (SNI, RFC 6066 §3). */
  readonly servers: readonly (IdentityFiles & { readonly name: string })[];
  /** `request`: a client may come without; one that shows a certificate which is not good is refused. */
  readonly clientCertificates: "none" | "request" | "require";
  /** Authorities of clients, and of servers beside those of the system. */
  readonly ca: string | null;
  readonly minVersion: "TLSv1.2" | "TLSv1.3";
  /** Whether servers that we connect to must show a good certificate of their name. */
  readonly verify: boolean;
}

export interface IdentityFiles {
  readonly cert: string;
  readonly key: string;
}

export const NO_TLS: TlsSettings = {
  identity: null,
  servers: [],
  clientCertificates: "none",
  ca: null,
  minVersion: "TLSv1.2",
  verify: true,
};
