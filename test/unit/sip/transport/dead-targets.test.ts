import { describe, expect, it } from "vitest";
import { DeadTargets } from "../../../../runtime/sip/transport/dead-targets.ts";
import type { Destination } from "../../../../runtime/sip/transport/locate.ts";

const one: Destination = { transport: "udp", address: "192.0.2.1", port: 5060 };
const two: Destination = { transport: "udp", address: "192.0.2.2", port: 5060 };
const three: Destination = { transport: "tcp", address: "192.0.2.1", port: 5060 };

function targetsAt(): { dead: DeadTargets; advance(ms: number): void } {
  let now = 1_000_000;
  return { dead: new DeadTargets(() => now), advance: (ms) => (now += ms) };
}

describe("destinations that have failed (RFC 3263 §4.3)", () => {
  it("come after the living for 30 seconds, and are tried all the same", () => {
    const { dead, advance } = targetsAt();
    dead.noteFailed(one);
    expect(dead.inOrder([one, two, three])).toEqual([two, three, one]);
    advance(29_999);
    expect(dead.inOrder([one, two])).toEqual([two, one]);
    advance(1);
    expect(dead.inOrder([one, two])).toEqual([one, two]);
  });

  it("come last for twice as long with each failure in a row, up to 5 minutes", () => {
    const { dead, advance } = targetsAt();
    for (const seconds of [30, 60, 120, 240, 300, 300]) {
      dead.noteFailed(one);
      advance(seconds * 1000 - 1);
      expect(dead.inOrder([one, two])).toEqual([two, one]);
      advance(1);
      expect(dead.inOrder([one, two])).toEqual([one, two]);
    }
  });

  it("are as good as any once they have been heard", () => {
    const { dead } = targetsAt();
    dead.noteFailed(one);
    dead.noteAlive(one);
    expect(dead.inOrder([one, two])).toEqual([one, two]);
    expect(dead.size).toBe(0);
  });

  it("are left alone for as long as they ask, and not for days", () => {
    const { dead, advance } = targetsAt();
    dead.noteFailed(one, 120_000);
    dead.noteFailed(two, 86_400_000);
    advance(119_999);
    expect(dead.inOrder([one, three])).toEqual([three, one]);
    advance(1);
    expect(dead.inOrder([two, one, three])).toEqual([one, three, two]);
    advance(180_000);
    expect(dead.inOrder([two, one])).toEqual([two, one]);
  });

  it("are tried by when they may be back where all are dead", () => {
    const { dead, advance } = targetsAt();
    dead.noteFailed(two);
    advance(1000);
    dead.noteFailed(one);
    expect(dead.inOrder([one, two])).toEqual([two, one]);
  });

  it("are remembered up to a thousand", () => {
    const { dead } = targetsAt();
    for (let port = 1; port <= 5000; port++) dead.noteFailed({ ...one, port });
    expect(dead.size).toBe(1024);
  });
});
