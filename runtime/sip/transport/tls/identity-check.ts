/**
 * Whether the certificate of a server is that of the SIP domain that we wanted (RFC 5922 §7): by the URIs in its
 * subjectAltName, its DNS names, its addresses.
 *
 * Deviation: RFC 5922 §7.2 forbids wildcards. Carriers have such certificates, and every browser takes them.
 */
import { checkServerIdentity, type PeerCertificate } from "node:tls";

/** The error that ends the connection; undefined: it is the one. */
export function checkIdentity(name: string, certificate: PeerCertificate): Error | undefined {
  const uris = sipDomains(certificate.subjectaltname ?? "");
  if (uris.includes(name.toLowerCase())) return undefined;
  // RFC 5922 §7.1: where it says by URIs whose it is, its other names do not count.
  if (uris.length === 0) return checkServerIdentity(name, certificate);
  return new Error(`The certificate is that of ${uris.join(", ")}, not of ${name}`);
}

/** The hosts of URIs as `sip:example.com`: one with a user part is a person's (RFC 5922 §7.1). */
function sipDomains(subjectAltName: string): string[] {
  return [...subjectAltName.matchAll(/(?:^|, )URI:sip:([a-z0-9.-]+)(?=,|$)/gi)].map(([, host = ""]) =>
    host.toLowerCase(),
  );
}
