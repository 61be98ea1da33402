/** Whether there is a NAT between a phone and the switch: what it says of itself is not where it is seen. */
import type { RegistrationBody } from "../../../contract/resource-api.ts";

/** `null`: it cannot be told, as of a browser or of a phone behind a proxy. */
export function isBehindNat({ contact, source, transport, path }: RegistrationBody): boolean | null {
  if (transport === "ws" || transport === "wss" || path.length > 0) return null;
  const [, host] = /^sips?:(?:[^@]*@)?(\[[^\]]*\]|[^:;?>]+)/i.exec(contact) ?? [];
  const [, seen] = /^(.*):\d+$/.exec(source) ?? [];
  // A name says nothing about an address.
  if (host === undefined || seen === undefined || !/^(\[.*\]|[\d.]+)$/.test(host)) return null;
  return host.toLowerCase() !== seen.toLowerCase();
}
