/** What the policy of a script leaves of the trunks that a number could leave by. */
import { parseUri } from "../../sip/message/uri.ts";
import type { Branch, ResolvedTarget } from "../target.ts";
import { branchBy, type TrunkRoute } from "../trunks/way-out.ts";
import type { Destinations } from "./destinations.ts";

/** Why a number may leave by none of them; `null`: it may by some. */
export function refusalOfWays(rules: Destinations, ways: readonly TrunkRoute[]): string | null {
  const refusals = ways.map((way) => refusalOf(rules, way));
  return refusals.includes(null) ? null : (refusals[0] ?? null);
}

/** The same target without the trunks that the policy forbids; it has others. */
export function withoutForbiddenWays(rules: Destinations, resolved: ResolvedTarget): ResolvedTarget {
  if (resolved.type === "nowhere") return resolved;
  return { type: "groups", groups: resolved.groups.map((group) => group.map((branch) => permitted(rules, branch))) };
}

function permitted(rules: Destinations, branch: Branch): Branch {
  const { ways } = branch;
  if (ways === undefined) return branch;
  const kept = ways.filter((way) => refusalOf(rules, way) === null);
  return kept.length === ways.length ? branch : branchBy(branch, kept);
}

function refusalOf(rules: Destinations, { trunk, number, gateway }: TrunkRoute): string | null {
  const uri = parseUri(gateway.uri);
  return uri?.kind === "sip" ? rules.refusalByTrunk(trunk.name, number, uri) : null;
}
