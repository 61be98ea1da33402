/** Where a message goes: the devices that are there, the trunks that take it, and the users of ours for whom it can be kept. */
import { toWire } from "../../base/text.ts";
import { parseUri, unescapeUser } from "../../sip/message/uri.ts";
import { targetForStranger, UNAVAILABLE } from "../stranger.ts";
import { type Branch, type Directory, type Owner, resolveTarget, type TargetContext } from "../target.ts";
import { branchBy } from "../trunks/way-out.ts";

export interface Aim {
  /** Copies to be sent at once, group by group. */
  readonly groups: readonly (readonly Branch[])[];
  /** Numbers that leave by trunks which take messages. */
  readonly byTrunk: readonly Branch[];
  /** Users of ours among the targets. */
  readonly owners: readonly Owner[];
  /** Those of them who have no device at the moment. */
  readonly absent: readonly Owner[];
  /** What the sender gets where there is nothing to send to. */
  readonly code: number;
}

export interface AimContext extends TargetContext {
  /** Its sender is not to learn who is here. @default false */
  readonly isStranger?: boolean;
}

export function aimAt(targets: readonly string[], context: AimContext, directory: Directory): Aim {
  const groups: Branch[][] = [];
  const byTrunk: Branch[] = [];
  const owners: Owner[] = [];
  const absent: Owner[] = [];
  const { isStranger = false } = context;
  let code = isStranger ? UNAVAILABLE : 404;
  for (const target of targets) {
    const owner = ownerOf(target, context.domain, directory);
    if (owner !== undefined && !owners.some((other) => isSame(other, owner))) owners.push(owner);
    const found = resolveTarget(target, context, directory);
    const resolved = isStranger ? targetForStranger(found) : found;
    if (resolved.type === "nowhere") {
      code = resolved.code;
      if (owner !== undefined && resolved.code === 480) absent.push(owner);
      continue;
    }
    for (const [index, branches] of resolved.groups.entries()) {
      const group = branches.filter(({ ways }) => ways === undefined);
      byTrunk.push(...branches.flatMap(takenByTrunk));
      const known = groups[index];
      if (known === undefined) groups.push([...group]);
      else known.push(...group);
    }
  }
  return { groups: groups.filter((group) => group.length > 0), byTrunk, owners, absent, code };
}

/** The same branch by those of its trunks alone that take messages: the others are for calls. */
function takenByTrunk(branch: Branch): readonly Branch[] {
  const ways = branch.ways?.filter(({ trunk }) => trunk.messages) ?? [];
  return ways.length === 0 ? [] : [branchBy(branch, ways)];
}

/** The user of ours whom a target names, in the order in which targets are resolved. */
export function ownerOf(target: string, domain: string, directory: Directory): Owner | undefined {
  const user = directory.findUser(domain, target);
  if (user !== undefined) return { domain, user };
  const uri = target.includes(":") ? parseUri(toWire(target)) : undefined;
  if (uri?.kind === "tel") return named(domain, uri.number, directory);
  const of = uri?.kind === "sip" ? directory.domainOf(uri.host, uri.port) : undefined;
  return uri?.kind === "sip" && of !== undefined ? named(of, unescapeUser(uri.user ?? ""), directory) : undefined;
}

function named(domain: string, name: string, directory: Directory): Owner | undefined {
  const user = directory.findUser(domain, name);
  return user === undefined ? undefined : { domain, user };
}

function isSame(a: Owner, b: Owner): boolean {
  return a.domain === b.domain && a.user === b.user;
}
