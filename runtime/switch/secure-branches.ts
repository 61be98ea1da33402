/** A call to a sips URI goes on over secure ways alone, or not at all (RFC 3261 §26.4.4, RFC 5630 §5.1.1). */
import { parseUri } from "../sip/message/uri.ts";
import { isSecure } from "../sip/transport/flow.ts";
import type { Branch, ResolvedTarget } from "./target.ts";

export function isSips(uri: string | undefined): boolean {
  return uri !== undefined && /^sips:/i.test(uri);
}

/** What is left of a target where nobody on the way may read along; RFC 5630 §5.3.1 has 480 for nothing. */
export function secureOnly(resolved: ResolvedTarget): ResolvedTarget {
  if (resolved.type === "nowhere") return resolved;
  const groups = resolved.groups.map((group) => group.flatMap(secured)).filter((group) => group.length > 0);
  if (groups.length > 0) return { ...resolved, groups };
  return { type: "nowhere", code: 480, reason: "No Secure Way" };
}

/** A device by the first of its flows that is secure. */
function secured(branch: Branch): readonly Branch[] {
  const { spares = [], ...alone } = branch;
  const [first, ...rest] = [alone, ...spares].filter(isSecureBranch);
  if (first === undefined) return [];
  return [rest.length === 0 ? first : { ...first, spares: rest }];
}

function isSecureBranch({ hop }: Branch): boolean {
  if (hop.type === "flow") return isSecure(hop.flow);
  const uri = parseUri(hop.uri);
  return uri?.kind === "sip" && (uri.scheme === "sips" || uri.params.get("transport") === "tls");
}
