/**
 * At which address of ours a side hears us: where its signalling comes to, unless its audio is of the other family. A phone
 * of both may signal by IPv6 and talk by IPv4.
 */
import { isIP } from "node:net";
import { isNowhere } from "../../sdp/address.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { SipStack } from "../../sip/stack.ts";
import type { Flow } from "../../sip/transport/flow.ts";

export interface MediaAddress {
  readonly listen: string;
  /** What descriptions say. */
  readonly told: string;
}

/** `peer`: the address that the audio of the other side is at, as far as it is known. */
export function mediaAddress(stack: SipStack, flow: Flow, peer: string | undefined): MediaAddress {
  const family = isIP(peer ?? "");
  const end = family === 0 || family === isIP(flow.localAddress) ? flow : stack.inFamily(flow, family);
  return { listen: end.localAddress, told: stack.hostFor(end) };
}

/** What a description says first: phones of two families put what they prefer there (RFC 8866 §5.7). */
export function describedAddress(description: string): string | undefined {
  const address = /(?:^|\n)c=IN IP[46] ([^\s/]+)/.exec(description)?.[1];
  return address === undefined || isNowhere(address) ? undefined : address;
}

/** The host of a URI; undefined: it cannot be read. */
export function hostOf(text: string): string | undefined {
  const uri = parseUri(text);
  return uri?.kind === "sip" ? uri.host : undefined;
}
