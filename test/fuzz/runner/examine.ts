/**
 * One input to a target: it must not throw, and not stall. Time is looked at by the clock first, and counts only where this
 * thread has had the CPU for it, each time of several, so that neither a busy machine nor the collector is blamed on it.
 */
import { performance } from "node:perf_hooks";
import type { Target } from "./target.ts";

export const STALL_MS = 50;
const ATTEMPTS = 4;

export class Stall extends Error {}

export function examine(target: Target, input: string): void | Promise<void> {
  const limitMs = target.stallMs ?? STALL_MS;
  const began = performance.now();
  const running = target.run(input);
  if (running !== undefined) return running.then(() => later(target, input, performance.now() - began));
  if (performance.now() - began <= limitMs) return;
  let leastMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && leastMs > limitMs; attempt++) {
    const before = process.threadCpuUsage();
    target.run(input);
    leastMs = Math.min(leastMs, cpuMs(process.threadCpuUsage(before)));
  }
  refuse(leastMs, limitMs);
}

async function later(target: Target, input: string, wallMs: number): Promise<void> {
  const limitMs = target.stallMs ?? STALL_MS;
  if (wallMs <= limitMs) return;
  let leastMs = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && leastMs > limitMs; attempt++) {
    const before = process.threadCpuUsage();
    await target.run(input);
    leastMs = Math.min(leastMs, cpuMs(process.threadCpuUsage(before)));
  }
  refuse(leastMs, limitMs);
}

function refuse(leastMs: number, limitMs: number): void {
  if (leastMs > limitMs)
    throw new Stall(`One input takes ${Math.round(leastMs)} ms of CPU; the limit is ${limitMs} ms.`);
}

function cpuMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}
