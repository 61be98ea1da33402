/** Where a phone is to register: what it is told in a link that sets it up. */
import type { Config } from "../config/config.ts";
import type { ListenAddress } from "../sip/transport/listen-address.ts";

/** The first that is there: TLS where the switch has it, else UDP, as every phone has it. */
const PREFERRED = ["tls", "udp", "tcp"] as const;

const SIP_PORT = 5060;

/** `host`: by which the API is reached, so the switch is too, unless it is told to name another (`advertise`). */
export function sipAccess(
  host: string,
  listeners: readonly ListenAddress[],
  config: Pick<Config, "domains" | "advertise">,
): { readonly server: string; readonly domain: string } {
  const { transport, port } = PREFERRED.flatMap(
    (name) => listeners.find(({ transport: other }) => other === name) ?? [],
  )[0] ?? { transport: "udp", port: SIP_PORT };
  const named = config.advertise ?? host;
  const hasPort = /:\d+$/.test(named) && !named.endsWith("]");
  const address = hasPort && transport !== "tls" ? named : `${named.replace(/(?<!:):\d+$/, "")}:${port}`;
  const domain = config.domains[0] ?? address.replace(new RegExp(`:${SIP_PORT}$`), "");
  return { server: `sip:${address};transport=${transport}`, domain };
}
