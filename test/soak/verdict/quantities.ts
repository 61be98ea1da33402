/**
 * What is measured, and what is tolerated of each. A slope counts only where the quantity has grown by more than its noise:
 * in a short run a few timers more would be thousands an hour.
 */
import type { Figures } from "../sample/figures.ts";

/** Versions that the switch of a soak keeps, and keeps loaded. */
export const VERSIONS_KEPT = 10;

export type Unit = "MB" | "count";

export interface Quantity {
  readonly name: keyof Figures;
  readonly unit: Unit;
  /** How steeply it may grow while the load stays the same, per hour. */
  readonly perHour: number;
  /** What it goes up and down by: less than this is no growth. */
  readonly noise: number;
  /** Above what it was before the load it may stay by this much once the load is gone; `null`: it is not asked. */
  readonly left: number | null;
}

export const quantities: readonly Quantity[] = [
  // After a collection that was asked for.
  { name: "heap of the switch", unit: "MB", perHour: 6, noise: 4, left: null },
  { name: "heap of the workers", unit: "MB", perHour: 6, noise: 2, left: null },
  // Fragments and generous allocators: what is not in the heap shows here, and only if it is a lot.
  { name: "RSS of the switch", unit: "MB", perHour: 60, noise: 20, left: null },
  { name: "RSS of script hosts", unit: "MB", perHour: 60, noise: 20, left: null },
  { name: "RSS of other processes", unit: "MB", perHour: 60, noise: 15, left: null },
  { name: "processes", unit: "count", perHour: 1, noise: 1.5, left: 0 },
  { name: "threads of the switch", unit: "count", perHour: 2, noise: 2, left: 2 },
  { name: "descriptors of the switch", unit: "count", perHour: 6, noise: 6, left: 4 },
  { name: "descriptors of other processes", unit: "count", perHour: 6, noise: 6, left: 4 },
  { name: "timers", unit: "count", perHour: 120, noise: 60, left: 4 },
  { name: "calls", unit: "count", perHour: 20, noise: 8, left: 0 },
  { name: "dialogs", unit: "count", perHour: 40, noise: 20, left: 0 },
  { name: "client transactions", unit: "count", perHour: 200, noise: 100, left: 0 },
  { name: "server transactions", unit: "count", perHour: 200, noise: 100, left: 0 },
  { name: "registrations", unit: "count", perHour: 20, noise: 10, left: 0 },
  { name: "subscriptions", unit: "count", perHour: 10, noise: 6, left: 0 },
  { name: "media endpoints", unit: "count", perHour: 10, noise: 5, left: 0 },
  { name: "media ports", unit: "count", perHour: 20, noise: 10, left: 0 },
  { name: "connections", unit: "count", perHour: 10, noise: 6, left: 0 },
  { name: "versions of scripts loaded", unit: "count", perHour: 2, noise: 3, left: VERSIONS_KEPT },
  { name: "files of the call journal", unit: "count", perHour: 6, noise: 6, left: 6 },
  { name: "calls in the call journal", unit: "count", perHour: 30, noise: 20, left: 0 },
];
