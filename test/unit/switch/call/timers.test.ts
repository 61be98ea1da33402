import { describe, expect, it } from "vitest";
import { cancelTimer, forward, hangup, tag, timer } from "../../../../sdk/index.ts";
import { connect, DOMAIN, World } from "./world.ts";

const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

describe("A timer of a call", () => {
  it("raises its event when it has run out, beside what the call is doing", () => {
    const world = new World({
      script: {
        invite: () => [timer("remind", 10), forward("bob")],
        timer: (_call, { name }) => tag({ [name]: "yes" }),
      },
    });
    const [carol, bob] = [world.phone("carol"), world.registered("bob")];
    connect(world, carol, bob);
    world.run(9000);
    expect(world.scripts.names).toEqual(["invite"]);
    world.run(1000);
    expect(world.scripts.events.at(-1)).toEqual({ type: "timer", name: "remind" });
    expect(world.calls.list()[0]).toMatchObject({ state: "answered", tags: { remind: "yes" } });
  });

  it("may end the call that it is set on", () => {
    const world = new World({ script: { invite: () => [timer("enough", 5), forward("bob")], timer: () => hangup() } });
    const bob = world.registered("bob");
    connect(world, world.phone("carol"), bob);
    world.run(6000);
    expect(bob.count("BYE")).toBe(1);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("may give up what rings for something else", () => {
    const world = new World({
      script: { invite: () => [timer("next", 3), forward("bob")], timer: () => forward("alice") },
    });
    const [bob, alice] = [world.registered("bob"), world.registered("alice")];
    world.phone("carol").invite(`sip:100@${DOMAIN}`);
    world.run(50);
    bob.answer(bob.take("INVITE"), 180);
    world.run(3100);
    expect([bob.count("CANCEL"), alice.count("INVITE")]).toEqual([1, 1]);
  });

  it("begins anew where one of its name runs, and does not run out where it is stopped", () => {
    const world = new World({
      script: {
        invite: () => [timer("a", 1), timer("a", 5), timer("b", 2), cancelTimer("b"), forward("bob")],
        timer: () => undefined,
      },
    });
    connect(world, world.phone("carol"), world.registered("bob"));
    world.run(4500);
    expect(world.scripts.names).toEqual(["invite"]);
    world.run(1000);
    expect(world.scripts.events.slice(1)).toEqual([{ type: "timer", name: "a" }]);
  });

  it("is set anew by its own event, again and again", () => {
    const world = new World({
      script: { invite: () => [timer("tick", 1), forward("bob")], timer: () => timer("tick", 1) },
    });
    connect(world, world.phone("carol"), world.registered("bob"));
    world.run(5500);
    expect(world.scripts.names.filter((name) => name === "timer").length).toBeGreaterThanOrEqual(5);
  });

  it("is plain data of the call while it runs", () => {
    const world = new World({ script: { invite: () => [timer("a", 60), forward("bob")] } });
    connect(world, world.phone("carol"), world.registered("bob"));
    const [call] = [...world.sw.index.calls];
    const left = (call?.state.timers[0]?.at ?? 0) - world.clock.now();
    expect(call?.state.timers.map(({ name }) => name)).toEqual(["a"]);
    expect(left).toBeGreaterThan(59_000);
    world.run(60_000);
    expect(call?.state.timers).toEqual([]);
  });

  it("ends with the call", () => {
    const world = new World({ script: { invite: () => [timer("late", 60), forward("bob")], timer: () => undefined } });
    const { caller } = connect(world, world.phone("carol"), world.registered("bob"));
    caller.request("BYE");
    world.run(50);
    expect(world.leftovers()).toEqual(NOTHING);
    expect(world.scripts.names).not.toContain("timer");
  });

  it("is refused where there are sixteen, and the log says so; the call goes on", () => {
    const names = Array.from({ length: 17 }, (_, index) => `t${index}`);
    const world = new World({ script: { invite: () => forward("bob"), timer: () => undefined } });
    connect(world, world.phone("carol"), world.registered("bob"));
    const id = world.calls.list()[0]?.id ?? "";
    for (const name of names) world.calls.decide(id, timer(name, 5));
    expect(world.observer.problems).toEqual(['timer: a call has at most 16 timers; "t16" is not set']);
    world.run(6000);
    expect(world.scripts.names.filter((name) => name === "timer")).toHaveLength(16);
  });
});
