/**
 * The registered contacts of a user as branches of a call: by q (RFC 3261 §16.6), and of the flows of one device one alone,
 * the others in reserve (RFC 5626 §5.3).
 */
import type { BindingRow } from "../port/store.ts";
import { reachOf } from "./reach.ts";
import type { Branch } from "./target.ts";

/** `contacts`: best first. Those of a group are called at once, the groups one after the other. */
export function contactGroups(target: string, contacts: readonly BindingRow[]): readonly (readonly Branch[])[] {
  const groups: { readonly q: number; readonly flows: BindingRow[][] }[] = [];
  /** By the device, the flows of which are registered one by one. */
  const devices = new Map<string, BindingRow[]>();
  for (const binding of contacts) {
    const device = binding.regId === null ? undefined : devices.get(binding.instance ?? "");
    if (device !== undefined) {
      device.push(binding);
      continue;
    }
    const flows = [binding];
    if (binding.regId !== null) devices.set(binding.instance ?? "", flows);
    const group = groups.at(-1);
    if (group?.q === binding.q) group.flows.push(flows);
    else groups.push({ q: binding.q, flows: [flows] });
  }
  const branches = groups.map(({ flows }) => flows.flatMap((device) => branchOf(target, device)));
  return branches.filter((group) => group.length > 0);
}

/** One branch for a device; none where nothing leads to it. */
function branchOf(target: string, flows: readonly BindingRow[]): readonly Branch[] {
  const [first, ...spares] = flows.flatMap((binding): readonly Branch[] => {
    const reach = reachOf(binding);
    if (reach === undefined) return [];
    const { uri, hop, route } = reach;
    const owner = { domain: binding.domain, user: binding.user };
    return [{ target, uri, hop, ...(route.length === 0 ? {} : { route }), owner, binding }];
  });
  if (first === undefined) return [];
  return [spares.length === 0 ? first : { ...first, spares }];
}
