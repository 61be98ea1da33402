import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { forward, hangup, redirect, reject, type Script, tag, voicemail } from "../../../sdk/index.ts";

const frontDesk = {
  invite(call) {
    if (call.to.user === "100") return [forward("alice", { ringSeconds: 20 }), voicemail("alice")];
    return reject(404);
  },
} satisfies Script;

describe("A simulated call", () => {
  it("rings a phone, and goes on to the voicemail where nobody answers, as the test says it", async () => {
    const call = simulate(frontDesk).invite({ to: "100", from: "bob" });
    await call.rings("alice");
    call.noAnswer(20);
    expect(call).toBeIn(voicemail("alice"));
    expect(call).not.toBeIn(voicemail("bob"));
    expect(call).toHaveRung(["alice"]);
  });

  it("connects whoever answers, and ends with a record when one hangs up", async () => {
    const call = simulate({ ...frontDesk, bye: (_call, { by }) => console.log(`${by} left`) }).invite({ to: "100" });
    await call.rings("alice");
    call.answers();
    expect(call).toBeConnectedTo("alice");
    expect(call.decision).toEqual(forward("alice", { ringSeconds: 20 }));
    call.advance(30);
    call.hangsUp("alice");
    expect(call).toHaveEnded();
    expect(call.cdr).toMatchObject({ result: "answered", endedBy: "callee", user: null });
    expect(call.cdr?.seconds).toBeCloseTo(30, 0);
    expect(call.logs).toEqual([{ level: "info", text: "callee left", event: "bye" }]);
  });

  it("gets a refusal at once, with its reason and headers", () => {
    const script: Script = { invite: () => reject(480, { reason: "Closed Today", headers: { "X-Open": "Monday" } }) };
    const call = simulate(script).invite({ to: "100" });
    expect(call).toBeRejectedWith(480);
    expect(call.response).toMatchObject({ code: 480, reason: "Closed Today" });
    expect(call.response?.headers("X-Open")).toEqual(["Monday"]);
    expect(call.isOver).toBe(true);
  });

  it("comes from a user, who is known as such, or from outside, who is not", () => {
    const seen: unknown[] = [];
    const script: Script = {
      invite: ({ user, from, to, headers }) => {
        seen.push({ user, from: from.uri, name: from.name, to: to.uri, level: headers.get("x-level") });
        return reject(486);
      },
    };
    const simulation = simulate(script);
    simulation.invite({ to: "100", from: "bob", name: "Bob Brown", headers: { "X-Level": "gold" } });
    simulation.invite({ to: "+4930123", from: "+4930456" });
    simulation.invite({ to: "sip:100@example.com" });
    const level = undefined;
    expect(seen).toEqual([
      { user: "bob", from: "sip:bob@example.com", name: "Bob Brown", to: "sip:100@example.com", level: "gold" },
      { user: null, from: "sip:+4930456@outside.example", name: "", to: "sip:+4930123@example.com", level },
      { user: null, from: "sip:anonymous@anonymous.invalid", name: "", to: "sip:100@example.com", level },
    ]);
  });

  it("rings several phones at once, and the others stop when one answers", async () => {
    const call = simulate({ invite: () => forward(["alice", "bob", "carol"]) }).invite({ to: "200" });
    await call.rings("carol");
    expect(call).toHaveRung(["alice", "bob", "carol"]);
    call.rejects("alice");
    call.answers("bob");
    expect(call).toBeConnectedTo("bob");
    expect(call.cdr).toBeUndefined();
    call.hangsUp();
    expect(call.cdr?.legs.map(({ target, code }) => [target, code])).toEqual([
      ["alice", 486],
      ["carol", 487],
      ["bob", 200],
    ]);
  });

  it("rings one after the other, each for as long as the script says", async () => {
    const serial = forward(["alice", "bob"], { strategy: "serial", ringSeconds: 15 });
    const call = simulate({ invite: () => serial }).invite({ to: "201" });
    await call.rings("alice");
    call.noAnswer(15);
    await call.rings("bob", { within: 1 });
    expect(call).toHaveRung(["alice", "bob"]);
  });

  it("tells the script why it failed, which may decide anew", async () => {
    const script: Script = {
      invite: () => forward("alice"),
      failed: (_call, { code, attempts }) =>
        code === 486 ? forward("bob") : reject(code, { reason: `${attempts.length}` }),
    };
    const call = simulate(script).invite({ to: "100" });
    await call.rings("alice");
    call.rejects();
    await call.rings("bob");
    expect(call.events.map(({ type }) => type)).toEqual(["invite", "failed"]);
    expect(call.decisions).toEqual([
      { event: "invite", returned: forward("alice") },
      { event: "failed", returned: forward("bob") },
    ]);
  });

  it("is given up by a caller who hangs up while it rings", async () => {
    const call = simulate({ ...frontDesk, cancel: () => undefined }).invite({ to: "100" });
    await call.rings("alice");
    call.hangsUp();
    expect(call).toBeRejectedWith(487);
    expect(call.cdr).toMatchObject({ result: "cancelled", endedBy: "caller" });
    expect(call.events.at(-1)).toMatchObject({ type: "cancel" });
  });

  it("has labels and a state, which the script keeps from event to event", async () => {
    const script: Script = {
      invite(call) {
        call.state = { asked: 1 };
        return [tag({ customer: "gold" }), forward("alice")];
      },
      answered(call) {
        call.state.asked++;
      },
    };
    const call = simulate(script).invite({ to: "100" });
    await call.rings("alice");
    expect([call.state, call.tags]).toEqual([{ asked: 1 }, { customer: "gold" }]);
    call.answers();
    expect(call.state).toEqual({ asked: 2 });
  });

  it("leaves for an address outside where the route lets it, by number and by name", async () => {
    const to = (target: string): Script => ({ invite: () => forward(target) });
    const byName = simulate(to("sip:desk@partner.example"), { public: true }).invite({ to: "100" });
    await byName.rings("sip:desk@partner.example");
    await byName.answers();
    expect(byName).toBeConnectedTo("sip:desk@partner.example");
    const byAddress = simulate(to("sip:desk@198.51.100.200")).invite({ to: "100", from: "bob" });
    await byAddress.rings("sip:desk@198.51.100.200");
    expect(simulate(to("sip:desk@198.51.100.200")).invite({ to: "100" })).toBeRejectedWith(403);
  });

  it("finds busy who talks already, and nobody where no phone is registered", async () => {
    const simulation = simulate({ invite: ({ to }) => forward(to.user) }, { registrations: ["alice"] });
    const first = simulation.invite({ to: "alice" });
    await first.answers("alice");
    expect(simulation.invite({ to: "alice" })).toBeRejectedWith(486);
    expect(simulation.invite({ to: "bob" })).toBeRejectedWith(480);
    expect(simulation.invite({ to: "nobody", from: "bob" })).toBeRejectedWith(404);
    expect(first).toBeConnectedTo("alice");
  });

  it("rings all phones of a user, of whom there may be as many as the test says", async () => {
    const users = { office: { extension: "500", phones: 3 }, alice: { extension: null } };
    const call = simulate({ invite: () => forward("500") }, { users }).invite({ to: "1" });
    await call.rings("office");
    expect(call.facts.ringing()).toHaveLength(3);
    expect(call).toHaveRung(["office"]);
  });

  it("is redirected, hung up, and done over by a decision while it is up", async () => {
    const moved = simulate({ invite: () => redirect("sip:new@example.net") }).invite({ to: "100" });
    expect(moved).toBeRejectedWith(302);
    expect(moved.response?.headers("Contact")).toEqual(["<sip:new@example.net>;q=1.00"]);
    const script: Script = { invite: () => forward("alice"), info: () => hangup({ reason: "as asked" }) };
    const call = simulate(script).invite({ to: "100" });
    await call.answers();
    await call.presses("5");
    expect(call.cdr).toMatchObject({ endedBy: "switch" });
  });

  it("gives keys by INFO to a script that hears them while two phones talk", async () => {
    const keys: string[] = [];
    const script: Script = {
      invite: () => forward("alice"),
      info: (_call, { by, body }) => void keys.push(`${by} ${/Signal=(.)/.exec(body)?.[1]}`),
    };
    const call = simulate(script).invite({ to: "100" });
    await call.answers();
    await call.presses("4#");
    await call.presses("7", { by: "alice" });
    expect(keys).toEqual(["caller 4", "caller #", "callee 7"]);
  });
});
