/** Addresses as an operator writes them: `udp://0.0.0.0:5060`, `127.0.0.1:8080`, `[::1]:8080`, `sip.example.com`. */
import { isIP } from "node:net";
import { fail, ok, type Result } from "../base/result.ts";
import { describeValue } from "../contract/issue.ts";
import type { ConfiguredListener } from "./config.ts";

export interface HostPort {
  /** IPv6 without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** By transport (RFC 3261 §19.1.2, RFC 7118 §5.2.4). */
const PORTS = { udp: 5060, tcp: 5060, tls: 5061, ws: 80, wss: 443 } as const;
const HOST_NAME = /^(?!.*\.\.)[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?$/;

export function parseListener(text: string): Result<ConfiguredListener, string> {
  const separator = text.indexOf("://");
  const transport = text.slice(0, Math.max(0, separator)).toLowerCase();
  if (!isTransport(transport)) {
    const examples = "udp://0.0.0.0:5060, tcp://[::]:5060, tls://, ws:// or wss://";
    return fail(`expected a URL such as ${examples}, found ${describeValue(text)}`);
  }
  const parsed = parseHostPort(text.slice(separator + 3));
  if (parsed === undefined || isIP(parsed.host) === 0) {
    return fail(
      `expected an IP address, or one with a port, after ${transport}://, found ${describeValue(text.slice(separator + 3))}`,
    );
  }
  return ok({ transport, address: parsed.host, port: parsed.port ?? PORTS[transport] });
}

function isTransport(text: string): text is keyof typeof PORTS {
  return Object.hasOwn(PORTS, text);
}

/** A host name or IP address, with a port or without. */
export function parseHostPort(text: string): HostPort | undefined {
  const match = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text);
  if (match === null) return isIP(text) === 6 ? { host: text, port: undefined } : undefined;
  const [, bracketed, plain = "", digits] = match;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && port > 65_535) return undefined;
  if (bracketed !== undefined) return isIP(bracketed) === 6 ? { host: bracketed, port } : undefined;
  return isHostName(plain) ? { host: plain, port } : undefined;
}

/** A host name or an IPv4 address; what looks like a bad address is neither. */
export function isHostName(text: string): boolean {
  if (isIP(text) === 4) return true;
  return HOST_NAME.test(text) && !/^[\d.]+$/.test(text);
}
