/** Max-Breadth (RFC 5393 §5): how many copies of a request may be under way at once, shared out among those we make. */
import type { ForwardTarget, TargetGroups } from "./order.ts";

/** RFC 5393 §5.3.3: what a request without the header has. */
export const DEFAULT_MAX_BREADTH = 60;

export interface Copy {
  readonly target: ForwardTarget;
  readonly maxBreadth: number;
}

/** What the header says; what is no number counts as absent. */
export function readMaxBreadth(value: string | undefined): number {
  return value !== undefined && /^\d{1,9}$/.test(value.trim()) ? Number(value.trim()) : DEFAULT_MAX_BREADTH;
}

/** The groups with the share of each copy. Where a group is broader than it may be, the rest of it comes later. */
export function shareBreadth(groups: TargetGroups, maxBreadth: number): (readonly Copy[])[] {
  const shared: Copy[][] = [];
  for (const group of groups) {
    for (let at = 0; at < group.length; at += maxBreadth) {
      const part = group.slice(at, at + maxBreadth);
      const each = Math.floor(maxBreadth / part.length);
      const rest = maxBreadth - each * part.length;
      shared.push(part.map((target, index) => ({ target, maxBreadth: each + (index < rest ? 1 : 0) })));
    }
  }
  return shared;
}
