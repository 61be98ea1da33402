import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { accept, forward, reject, type Script, transfer } from "../../../sdk/index.ts";

const USERS: Record<string, string> = { "100": "alice", "101": "bob" };
const exchange: Script = { invite: (call) => forward(USERS[call.to.user] ?? call.to.user) };

describe("A simulated transfer", () => {
  it("goes to whom a phone names, and tells the script", async () => {
    const call = simulate({ ...exchange, transferred: () => undefined }).invite({ to: "100" });
    await call.rings("alice");
    call.answers();
    call.transfers("alice", "101");
    await call.rings("bob");
    call.answers("bob");
    expect(call).toBeConnectedTo("bob");
    expect(call.events.at(-1)).toMatchObject({ type: "transferred", end: "connected", by: "callee" });
    call.hangsUp();
    expect(call).toHaveEnded();
  });

  it("is refused, or led elsewhere, as the script says", async () => {
    const script: Script = {
      ...exchange,
      refer: (_call, { target }) => (target.includes("900") ? reject(403) : transfer("carol")),
    };
    const call = simulate(script, { users: ["alice", "bob", "carol"] }).invite({ to: "100" });
    await call.rings("alice");
    call.answers();
    await call.transfers("alice", "900");
    expect(call).toBeConnectedTo("alice");
    await call.transfers("alice", "101");
    await call.rings("carol");
    call.answers("carol");
    expect(call).toBeConnectedTo("carol");
  });

  it("comes back where nobody takes it", async () => {
    const call = simulate(exchange).invite({ to: "100" });
    await call.rings("alice");
    call.answers();
    call.transfers("alice", "bob");
    await call.rings("bob");
    call.rejects("bob");
    expect(call).toBeConnectedTo("alice");
  });

  it("joins the far sides of two calls of one phone", async () => {
    const simulation = simulate({ ...exchange, refer: () => accept() });
    const first = simulation.invite({ to: "100" });
    await first.rings("alice");
    await first.answers();
    const second = simulation.invite({ to: "101", from: "alice" });
    await second.rings("bob");
    await second.answers();
    await first.transfers("alice", second);
    expect(first).toBeConnectedTo("bob");
    expect(second).toHaveEnded();
    first.hangsUp("bob");
    expect(first).toHaveEnded();
  });
});
