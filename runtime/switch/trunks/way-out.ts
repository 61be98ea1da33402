/** The ways by which a number may leave: trunks in their order, and of each the gateways that can be used now. */
import { toWire } from "../../base/text.ts";
import type { Hop } from "../../sip/hop.ts";
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import { escapeUser, parseUri, toRequestUri } from "../../sip/message/uri.ts";
import type { Branch } from "../target.ts";
import { writeNumber } from "./number-form.ts";
import type { Gateway, Trunk } from "./trunk.ts";
import type { TrunkServices } from "./trunk-services.ts";

/** One gateway, and the INVITE that would go there. */
export interface TrunkRoute {
  readonly trunk: Trunk;
  readonly gateway: Gateway;
  /** As our side knows it. */
  readonly number: string;
  readonly uri: string;
  readonly hop: Hop;
  /** Route values that come first (RFC 3608). */
  readonly route: readonly string[];
}

type Services = Pick<TrunkServices, "trunks" | "gateways" | "plan">;

/**
 * All of them, best first, those of trunks that seem to be down behind all others; empty: the trunks are down. `undefined`: no
 * trunk is for this number.
 */
export function waysOut(number: string, services: Services): readonly TrunkRoute[] | undefined {
  const trunks = services.trunks.forNumber(number);
  if (trunks.length === 0) return undefined;
  const { gateways } = services;
  const inOrder = trunks.length === 1 ? trunks : trunks.toSorted((a, b) => rank(a, gateways) - rank(b, gateways));
  return inOrder.flatMap((trunk) => waysBy(trunk, number, services));
}

function rank(trunk: Trunk, gateways: Services["gateways"]): 0 | 1 {
  return gateways.isDown(trunk) ? 1 : 0;
}

/** By one trunk, whatever numbers it is for. `isEmergency`: by a gateway that is down, too, where no other is left. */
export function waysBy(
  trunk: Trunk,
  number: string,
  { gateways, plan }: Services,
  isEmergency = false,
): readonly TrunkRoute[] {
  const written = writeNumber(number, trunk.outgoing.number, trunk.country, plan);
  const route = gateways.serviceRoute(trunk);
  const order = gateways.order(trunk, isEmergency);
  return order.map((gateway) => toRoute(trunk, gateway, { number, written, route }));
}

function toRoute(
  trunk: Trunk,
  gateway: Gateway,
  { number, written, route }: { readonly number: string; readonly written: string; readonly route: readonly string[] },
): TrunkRoute {
  const first = route[0] === undefined ? undefined : parseNameAddr(route[0])?.uri;
  return {
    trunk,
    gateway,
    number,
    uri: uriAt(gateway.uri, written),
    hop: { type: "uri", uri: first ?? gateway.uri },
    route,
  };
}

/** The URI of a gateway with a number as its user; all else stays as it was declared. */
function uriAt(gateway: string, number: string): string {
  const parsed = parseUri(gateway);
  if (parsed?.kind !== "sip") return gateway;
  const { scheme, text, user } = parsed;
  const behind = user === undefined ? text.slice(scheme.length + 1) : text.slice(text.indexOf("@") + 1);
  return toRequestUri(`${scheme}:${escapeUser(toWire(number))}@${behind}`);
}

/** The branch by the first of these routes; whom it shows stays. */
export function branchBy({ target, isPrivate }: Branch, ways: readonly TrunkRoute[]): Branch {
  const [first] = ways;
  if (first === undefined) throw new Error("The branch leaves by no trunk.");
  const { uri, hop, route } = first;
  return {
    target,
    uri,
    hop,
    ways,
    ...(route.length === 0 ? {} : { route }),
    ...(isPrivate === undefined ? {} : { isPrivate }),
  };
}
