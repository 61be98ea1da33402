/** Which addresses the switch listens on, and which of them phones are told. */
import { isIP } from "node:net";
import { networkInterfaces } from "node:os";
import type { Config } from "../config/config.ts";
import { formatHost } from "../sip/message/uri.ts";
import type { SipStack } from "../sip/stack.ts";
import { splitHostPort } from "../sip/transport/host.ts";
import { expandWildcards, type ListenAddress } from "../sip/transport/listen-address.ts";

/** Opens what is not open yet: a wildcard stands for the addresses that this machine has now. */
export async function listenOnNewAddresses(stack: SipStack, config: Config): Promise<void> {
  const wanted = expandWildcards(
    config.listen.map((entry) => withAdvertise(entry, config)),
    networkInterfaces(),
  );
  const open = stack.transport.listeners;
  await stack.listen(wanted.filter((entry) => !open.some((other) => isSame(entry, other))));
}

/** What a phone can be told to register with. */
export function dialableAddress(listeners: readonly ListenAddress[]): string {
  const udp = listeners.filter(({ transport }) => transport === "udp");
  const best = udp.find(({ address }) => !address.startsWith("127.") && !address.includes(":")) ?? udp[0];
  if (best === undefined) return "localhost";
  return best.port === 5060 ? best.address : `${best.address}:${best.port}`;
}

/**
 * Names a listener as the configuration says. An address of the other family is none of this listener's, and a port that
 * is stated is that of UDP and TCP.
 */
export function withAdvertise(entry: Config["listen"][number], config: Config): ListenAddress {
  if (config.advertise === null) return entry;
  const { host } = splitHostPort(config.advertise);
  if (isIP(host) !== 0 && isIP(host) !== isIP(entry.address)) return entry;
  const isPlain = entry.transport === "udp" || entry.transport === "tcp";
  return { ...entry, advertise: isPlain ? config.advertise : formatHost(host) };
}

/** On port 0 the system has chosen one. */
function isSame(wanted: ListenAddress, open: ListenAddress): boolean {
  if (wanted.transport !== open.transport || wanted.address !== open.address) return false;
  return wanted.port === 0 || wanted.port === open.port;
}
