import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { Leases } from "../../../../runtime/switch/trunks/leases.ts";
import { toTrunk } from "../../../../runtime/switch/trunks/trunk.ts";

const trunk = (calls: number | undefined, perSecond?: number) =>
  toTrunk(
    "one",
    {
      uri: "sip:gw.example.net",
      limits: { ...(calls === undefined ? {} : { calls }), ...(perSecond === undefined ? {} : { perSecond }) },
    },
    { home: "example.com", managed: true },
  );

function leases() {
  const clock = new VirtualClock();
  const up = new Set<string>();
  return { clock, up, lines: new Leases({ clock, isUp: (call) => up.has(call) }) };
}

const line = (call: string, holder = call, over = {}) => ({ call, holder, isOutgoing: true, always: false, ...over });

describe("lines of a trunk", () => {
  it("are held until they are given back, once or twice", () => {
    const { lines, up } = leases();
    up.add("a");
    expect(lines.take(trunk(1), line("a"))).toBeNull();
    expect(lines.take(trunk(1), line("b"))).toMatchObject({ limit: "trunk-calls" });
    lines.release("a");
    lines.release("a");
    lines.release("never");
    expect([lines.count("one"), lines.take(trunk(1), line("b"))]).toEqual([0, null]);
  });

  it("of one call are several, where it calls several, and all end with it", () => {
    const { lines, up } = leases();
    up.add("a");
    for (const holder of ["a-1", "a-2", "a-3"]) lines.take(trunk(3), line("a", holder));
    lines.release("a-2");
    expect(lines.count("one")).toBe(2);
    lines.releaseCall("a");
    expect(lines.count("one")).toBe(0);
  });

  it("of calls that are gone are taken back when there are too few", () => {
    const { lines, up, clock } = leases();
    up.add("a").add("b");
    lines.take(trunk(2), line("a"));
    lines.take(trunk(2), line("b"));
    up.delete("a");
    expect(lines.take(trunk(2), line("c"))).toBeNull();
    expect(lines.count("one")).toBe(2);
    up.delete("b");
    expect(lines.take(trunk(2), line("d"))).not.toBeNull();
    clock.advance(1000);
    expect(lines.take(trunk(2), line("d"))).toBeNull();
  });

  it("are there for an emergency, whatever the limit", () => {
    const { lines } = leases();
    expect(lines.take(trunk(0, 0.001), line("a", "a", { always: true }))).toBeNull();
    expect(lines.count("one")).toBe(1);
  });

  it("are taken at the rate that the trunk allows; a call that comes in is not counted", () => {
    const { lines, clock } = leases();
    expect(lines.take(trunk(undefined, 2), line("a"))).toBeNull();
    expect(lines.take(trunk(undefined, 2), line("b"))).toBeNull();
    expect(lines.take(trunk(undefined, 2), line("c"))).toMatchObject({ limit: "trunk-rate" });
    expect(lines.take(trunk(undefined, 2), line("d", "d", { isOutgoing: false }))).toBeNull();
    clock.advance(500);
    expect(lines.take(trunk(undefined, 2), line("c"))).toBeNull();
  });

  it("never drift: whatever happens in whatever order, those that are held are those of calls that are up", () => {
    const random = seededRandom(7);
    const { lines, up, clock } = leases();
    const held = new Map<string, string>();
    for (let turn = 0; turn < 5000; turn++) {
      const call = `c${Math.floor(random() * 40)}`;
      const holder = `${call}-${Math.floor(random() * 3)}`;
      const what = random();
      if (what < 0.5 && !held.has(holder)) {
        up.add(call);
        if (lines.take(trunk(50), line(call, holder)) === null) held.set(holder, call);
      } else if (what < 0.75) {
        lines.release(holder);
        held.delete(holder);
      } else if (what < 0.95) {
        lines.releaseCall(call);
        for (const [one, of] of held) if (of === call) held.delete(one);
      } else clock.advance(100);
      expect(lines.count("one")).toBe(held.size);
    }
    for (const call of new Set(held.values())) lines.releaseCall(call);
    expect(lines.count("one")).toBe(0);
  });
});

describe("a side that goes over to another call", () => {
  it("takes its line with it: it is given back when that call ends", () => {
    const { lines, up } = leases();
    up.add("a").add("b");
    lines.take(trunk(1), line("a", "a-1"));
    lines.move("a-1", "b");
    lines.move("nobody", "b");
    lines.releaseCall("a");
    expect(lines.count("one")).toBe(1);
    lines.releaseCall("b");
    expect(lines.count("one")).toBe(0);
  });
});
