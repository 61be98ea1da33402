import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import { accept, forward, messages, reject, type Script, sendMessage } from "../../../sdk/index.ts";

describe("Text messages in a simulation", () => {
  it("go to the handler, which decides about them", async () => {
    const script = {
      message(event) {
        if (event.user === null) return reject(403);
        if (event.to.user === "helpdesk") return forward(["alice", "bob"]);
        if (event.body === "night") return accept({ store: true });
      },
    } satisfies Script;
    const world = simulate(script);
    expect(await world.message({ to: "helpdesk", body: "x" })).toEqual({ type: "reject", code: 403 });
    expect(await world.message({ from: "bob", to: "helpdesk", body: "x" })).toEqual({
      type: "forward",
      targets: ["alice", "bob"],
    });
    expect(await world.message({ from: "bob", to: "alice", body: "night" })).toEqual({ type: "accept", store: true });
    expect(await world.message({ from: "bob", to: "alice", body: "day" })).toBeUndefined();
  });

  it("are sent by a plan, from whom the call was for, and the plan goes on", async () => {
    const script = {
      invite: () => [sendMessage("bob", "You have missed a call"), reject(480)],
    } satisfies Script;
    const world = simulate(script);
    world.invite({ from: "bob", to: "alice" });
    await world.advance(1);
    expect(world.texts).toEqual([
      { to: "bob", body: "You have missed a call", from: "alice", contentType: "text/plain;charset=UTF-8" },
    ]);
  });

  it("are sent by messages.send from any handler", async () => {
    const script = {
      async http() {
        const { state } = await messages.send("alice", "ring", { from: "sip:door@example.com" });
        return { body: state };
      },
    } satisfies Script;
    const world = simulate(script);
    expect((await world.http()).body).toBe("queued");
    expect(world.texts).toMatchObject([{ to: "alice", body: "ring", from: "sip:door@example.com" }]);
  });

  it("that are too long fail the event, and say why", async () => {
    const world = simulate({ invite: () => sendMessage("bob", "x".repeat(20_000)) });
    const call = world.invite({ from: "bob", to: "alice" });
    await world.advance(1);
    expect(call.faults.map(({ message }) => message).join()).toContain("a message has at most 16384 bytes");
  });

  it("and subscriptions, publications and questions come with what matters of them", async () => {
    const told: string[] = [];
    const script = {
      subscribe(event) {
        told.push(`${event.user} ${event.package} ${event.to.user}`);
        return reject(403);
      },
      publish: () => accept(),
      options: () => undefined,
    } satisfies Script;
    const world = simulate(script);
    expect(await world.subscribe({ from: "bob", to: "alice", package: "dialog" })).toEqual({
      type: "reject",
      code: 403,
    });
    expect(await world.publish({ from: "bob", to: "bob" })).toEqual({ type: "accept" });
    expect(await world.askOptions({ to: "alice" })).toBeUndefined();
    expect(told).toEqual(["bob dialog alice"]);
  });
});
