/** `trunk:carrier/+4930123456`: a number that leaves by one trunk, as the target of a decision. */

export interface TrunkTarget {
  readonly trunk: string;
  readonly number: string;
}

const TRUNK_TARGET = /^trunk:([A-Za-z0-9][A-Za-z0-9._-]{0,63})\/(\+?[0-9A-Da-d*#]{1,32})$/;

/** Whether a target is meant to name a trunk. */
export function namesTrunk(target: string): boolean {
  return target.startsWith("trunk:");
}

/** `undefined`: the target names no trunk, or not as it should. */
export function parseTrunkTarget(target: string): TrunkTarget | undefined {
  const [, trunk, number] = TRUNK_TARGET.exec(target) ?? [];
  return trunk === undefined || number === undefined ? undefined : { trunk, number };
}
