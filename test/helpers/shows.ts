/**
 * What an interop test shows: which real program it runs against the switch, and what of SIP works between the two. The
 * table at the end of a run (`interop-table.ts`) is made of it.
 *
 * ```ts
 * it("registers and is called", shows({ baresip: ["register", "call"] }), async () => { ... });
 * ```
 */
import type { TestOptions } from "vitest";

/** In the order of the table. */
export const CLIENTS = [
  "baresip",
  "linphone",
  "SIPp",
  "sipsak",
  "JsSIP",
  "Kamailio",
  "openssl",
  "dnsmasq",
  "tshark",
] as const;
export type Client = (typeof CLIENTS)[number];

/** In the order of the table. */
export const FEATURES = [
  "register",
  "GRUU",
  "call",
  "audio",
  "codecs",
  "DTMF",
  "hold",
  "transfer",
  "early media",
  "session timer",
  "call by the API",
  "voicemail",
  "message lamp",
  "message",
  "presence",
  "busy lamp",
  "OPTIONS",
  "TCP",
  "TLS",
  "WebSocket",
  "trunk",
  "failover",
  "edge",
  "lookup",
  "well-formed",
] as const;
export type Feature = (typeof FEATURES)[number];

export type Shown = Partial<Record<Client, readonly Feature[]>>;

declare module "vitest" {
  interface TaskMeta {
    shows?: Shown;
  }
}

/** The options of a test that shows this. */
export function shows(shown: Shown): TestOptions {
  return { meta: { shows: shown } };
}
