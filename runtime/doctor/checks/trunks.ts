/** Whether the trunks can be reached: as the running switch knows it, else by an OPTIONS of ours to each gateway. */
import { type Found, ok, problem, warning } from "../finding.ts";
import { type Gateway, gatewaysOf, placesOf } from "../machine/gateways.ts";
import { probe } from "../machine/probe.ts";
import { createDns, type Dns } from "../machine/resolve.ts";
import type { LiveTrunk, Subject } from "../subject.ts";

const MOST_PROBED = 50;

export async function checkTrunks({ config, live }: Subject): Promise<readonly Found[]> {
  if (live !== null && live.trunks !== null) {
    if (live.trunks.length === 0) return [ok("trunks", "there are none")];
    return live.trunks.flatMap(liveFindings);
  }
  const gateways = gatewaysOf(config.trunks);
  if (gateways.length === 0) return [ok("trunks", "none with a gateway is configured")];
  const dns = createDns(config.dns);
  return await Promise.all(gateways.slice(0, MOST_PROBED).map((gateway) => probed(gateway, dns)));
}

export function liveFindings({ name, gateways, registrations }: LiveTrunk): readonly Found[] {
  const where = `trunk ${name}`;
  return [
    ...gateways.map(({ uri, state, reason }) => {
      if (state === "up") return ok(where, `${uri} answers`);
      if (state === "unknown") return ok(where, `${uri} has not been asked yet`);
      return problem(where, `${uri} is down${told(reason)}`, "ask the carrier; look at the firewall and at advertise");
    }),
    ...registrations.map(({ state, registrar, reason }) => {
      if (state === "registered") return ok(where, `registered with ${registrar}`);
      if (state === "registering")
        return warning(where, `not registered with ${registrar} yet${told(reason)}`, "look again in a minute");
      return problem(where, `not registered with ${registrar}${told(reason)}`, "look at username, password and realm");
    }),
  ];
}

async function probed(gateway: Gateway, dns: Dns): Promise<Found> {
  const where = `trunk ${gateway.trunk}`;
  const places = await placesOf(gateway, dns);
  if (places === "silent")
    return problem(where, `nobody tells the address of ${gateway.host}`, "see the findings about DNS");
  const [place] = places;
  if (place === undefined) return problem(where, `${gateway.host} has no address`, "correct the name of the gateway");
  const answer = await probe({ ...place, transport: gateway.transport, uri: gateway.uri });
  const at = `${gateway.uri} (${place.address}:${place.port})`;
  if (answer.type === "answered") return ok(where, `${at} answers: ${answer.what}`);
  const advice = "see that it is right, that the firewall lets us out, and that the carrier knows our address";
  return problem(where, `${at} does not answer: ${answer.why}`, advice);
}

function told(reason: string | null): string {
  return reason === null ? "" : `: ${reason}`;
}
