/** The transports as messages name them: in Via, in the `transport` parameter of a URI, and by their ports. */
import type { TransportName } from "./flow.ts";

/** RFC 3261 §25.1, RFC 7118 §5.1. */
export const VIA_PROTOCOLS: Readonly<Record<TransportName, string>> = {
  udp: "UDP",
  tcp: "TCP",
  tls: "TLS",
  ws: "WS",
  wss: "WSS",
};

/** RFC 3261 §19.1.2, RFC 7118 §5.2.4. */
export const DEFAULT_PORTS: Readonly<Record<TransportName, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/**
 * What a Contact says, so that requests come back the same way; UDP needs no word. WSS is `ws` as well (RFC 7118 §5.2.3).
 * `transport=tls` is deprecated (RFC 3261 §26.2.2), and what phones understand.
 */
export const CONTACT_PARAMETERS: Readonly<Record<TransportName, string>> = {
  udp: "",
  tcp: ";transport=tcp",
  tls: ";transport=tls",
  ws: ";transport=ws",
  wss: ";transport=ws",
};

/** Of a sips Contact, which says TLS by itself (RFC 5630 §3.1.4). */
export const SIPS_PARAMETERS: Readonly<Record<TransportName, string>> = {
  ...CONTACT_PARAMETERS,
  tls: "",
};
