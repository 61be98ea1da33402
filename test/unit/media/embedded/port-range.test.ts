import { beforeEach, describe, expect, it } from "vitest";
import {
  AVOIDED_MS,
  PortRange,
  QUARANTINE_MS,
  SHORT_QUARANTINE_MS,
} from "../../../../runtime/media/embedded/port-range.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

let clock: VirtualClock;

beforeEach(() => {
  clock = new VirtualClock();
});

function takeAll(range: PortRange): number[] {
  const ports: number[] = [];
  for (let port = range.take(); port !== null; port = range.take()) ports.push(port);
  return ports;
}

const ascending = (ports: readonly number[]) => [...ports].sort((a, b) => a - b);

describe("the ports of the media plane (RFC 3550 §11, RFC 6056)", () => {
  it.each([
    ["even bounds", 16384, 16389, [16384, 16386, 16388]],
    ["odd bounds", 16383, 16388, [16384, 16386]],
    ["one pair", 16384, 16385, [16384]],
    ["no pair", 16385, 16386, []],
    ["a range that is upside down", 17000, 16000, []],
  ])("are the even ones that have an odd one above them: %s", (_, from, to, ports) => {
    expect(ascending(takeAll(new PortRange({ from, to }, clock)))).toEqual(ports);
  });

  it("come in an order that differs from one range to the next, each once", () => {
    const first = takeAll(new PortRange({ from: 16384, to: 32767 }, clock));
    const second = takeAll(new PortRange({ from: 16384, to: 32767 }, clock));
    expect(first).toHaveLength(8192);
    expect(new Set(first).size).toBe(8192);
    expect(first).not.toEqual(second);
    expect(first).not.toEqual(ascending(first));
  });

  it("rest for 30 s after use while others are free", () => {
    const range = new PortRange({ from: 16384, to: 16423 }, clock);
    const port = range.take() ?? 0;
    range.release(port);
    clock.advance(QUARANTINE_MS - 1);
    const early = Array.from({ length: 17 }, () => range.take());
    expect(early).not.toContain(port);
    clock.advance(1);
    expect(takeAll(range)).toContain(port);
  });

  it("rest for 5 s alone when fewer than a tenth are free", () => {
    const range = new PortRange({ from: 16384, to: 16423 }, clock);
    for (const port of takeAll(range)) range.release(port);
    clock.advance(SHORT_QUARANTINE_MS - 1);
    expect(range.take()).toBeNull();
    clock.advance(1);
    expect(takeAll(range)).toHaveLength(20);
  });

  it("are left alone for a minute when another program uses them, however few there are", () => {
    const range = new PortRange({ from: 16384, to: 16385 }, clock);
    range.avoid(range.take() ?? 0);
    clock.advance(AVOIDED_MS - 1);
    expect(range.take()).toBeNull();
    clock.advance(1);
    expect(range.take()).toBe(16384);
  });

  it("come back although the wall clock was set back", () => {
    const range = new PortRange({ from: 16384, to: 16385 }, clock);
    range.release(range.take() ?? 0);
    clock.advance(-3_600_000);
    expect(range.take()).toBe(16384);
  });
});
