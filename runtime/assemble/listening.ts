/** Which addresses the switch listens on, and which of them phones are told. */
import { networkInterfaces } from "node:os";
import type { Config } from "../config/config.ts";
import type { SipStack } from "../sip/stack.ts";
import { expandWildcards, type ListenAddress } from "../sip/transport/listen-address.ts";

/** Opens what is not open yet: a wildcard stands for the addresses that this machine has now. */
export async function listenOnNewAddresses(stack: SipStack, config: Config): Promise<void> {
  const wanted = expandWildcards(
    config.listen.map((entry) => withAdvertise(entry, config)),
    networkInterfaces(),
  );
  const open = new Set(stack.transport.listeners.map(({ transport, address }) => `${transport} ${address}`));
  await stack.listen(wanted.filter(({ transport, address }) => !open.has(`${transport} ${address}`)));
}

/** What a phone can be told to register with. */
export function dialableAddress(listeners: readonly ListenAddress[]): string {
  const udp = listeners.filter(({ transport }) => transport === "udp");
  const best = udp.find(({ address }) => !address.startsWith("127.") && !address.includes(":")) ?? udp[0];
  if (best === undefined) return "localhost";
  return best.port === 5060 ? best.address : `${best.address}:${best.port}`;
}

function withAdvertise(entry: Config["listen"][number], config: Config): ListenAddress {
  return config.advertise === null ? entry : { ...entry, advertise: config.advertise };
}
