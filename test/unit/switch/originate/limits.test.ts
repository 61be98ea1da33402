import { describe, expect, it } from "vitest";
import { RequestError } from "../../../../runtime/base/errors.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import { DOMAIN, MOST_ORIGINATED, World } from "../call/world.ts";
import { originateWorld } from "./originate-world.ts";

const BY = { script: "main", domain: DOMAIN, mayLeave: true };
const REQUEST = { from: "alice", to: "bob" };

describe("Calls that the switch begins", () => {
  it("count for the limits of the switch", () => {
    const world = new World({
      limits: { max: 2, perSecond: 100 },
      audio: (clock) => {
        const audio = new SimAudio(clock);
        return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
      },
    });
    world.registered("alice");
    world.calls.originate(REQUEST);
    world.calls.originate(REQUEST);
    expect(() => world.calls.originate(REQUEST)).toThrow(/limits\.calls\.max/);
    expect(world.observer.overloads).toEqual(["calls"]);
    expect(world.sw.index.size).toBe(2);
  });

  it("count for the calls a second", async () => {
    const world = new World({
      limits: { max: 100, perSecond: 1 },
      audio: (clock) => {
        const audio = new SimAudio(clock);
        return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
      },
    });
    world.registered("alice");
    world.calls.originate(REQUEST);
    expect(() => world.calls.originate(REQUEST)).toThrow(/limits\.calls\.perSecond/);
    await world.pass(1000);
    world.calls.originate(REQUEST);
  });
});

describe("Calls that a script begins", () => {
  function codeOf(act: () => void): string | undefined {
    try {
      act();
      return undefined;
    } catch (error) {
      if (error instanceof RequestError) return error.code;
      throw error;
    }
  }

  it("are only so many at once, and another script has room of its own", async () => {
    const { world } = originateWorld();
    for (let count = 0; count < MOST_ORIGINATED.max; count++) world.calls.originate(REQUEST, BY);
    expect(codeOf(() => world.calls.originate(REQUEST, BY))).toBe("too-many-calls");
    expect(codeOf(() => world.calls.originate(REQUEST, { ...BY, script: "other" }))).toBeUndefined();
    expect(codeOf(() => world.calls.originate(REQUEST))).toBeUndefined();
    // They ring for a minute.
    await world.pass(61_000);
    expect(codeOf(() => world.calls.originate(REQUEST, BY))).toBeUndefined();
  });

  it("are only so many a minute", async () => {
    const { world } = originateWorld();
    for (let count = 0; count < MOST_ORIGINATED.perMinute; count++) {
      const { id } = world.calls.originate(REQUEST, BY);
      world.calls.hangUp(id);
    }
    expect(codeOf(() => world.calls.originate(REQUEST, BY))).toBe("too-many-calls");
    await world.pass(60_100);
    expect(codeOf(() => world.calls.originate(REQUEST, BY))).toBeUndefined();
  });

  it("do not leave for a foreign address in the name of somebody who may not", () => {
    const { world } = originateWorld();
    const from = "sip:mobile@203.0.113.77:5060";
    expect(codeOf(() => world.calls.originate({ from, to: "bob" }, { ...BY, mayLeave: false }))).toBe("forbidden");
    expect(codeOf(() => world.calls.originate({ from, to: "bob" }, BY))).toBeUndefined();
  });
});
