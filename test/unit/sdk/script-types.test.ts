import { forward, hangup, redirect, reject, type Script, tag } from "strowger";
import { describe, expect, it } from "vitest";

describe("The builders of decisions", () => {
  it("make plain data that survives JSON", () => {
    const plan = [
      tag({ queue: "sales" }),
      forward(["alice", "sip:desk@203.0.113.5"], {
        strategy: "serial",
        ringSeconds: 15,
        headers: { "X-Queue": "sales" },
      }),
      redirect("sip:other@example.com", { code: 301 }),
      reject(486, { reason: "At lunch" }),
      hangup({ reason: "Closed" }),
    ];
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(plan.map(({ type }) => type)).toEqual(["tag", "forward", "redirect", "reject", "hangup"]);
  });

  it("take one target or several", () => {
    expect(forward("alice").targets).toEqual(["alice"]);
    expect(forward(["alice", "bob"]).targets).toEqual(["alice", "bob"]);
  });
});

describe("The types of a script", () => {
  it("refuse a wrong field, a wrong value and an unknown event in the editor", () => {
    // @ts-expect-error: the option is called ringSeconds.
    forward("alice", { ringSecond: 20 });
    // @ts-expect-error: seconds are a number.
    forward("alice", { maxSeconds: "60" });
    // @ts-expect-error: a redirection has a code of its own.
    redirect("sip:a@example.com", { code: 200 });
    // @ts-expect-error: a code is needed.
    expect(reject().code).toBeUndefined();
    const misspelt = {
      // @ts-expect-error: there is no such event.
      invited: () => reject(404),
    } satisfies Script;
    const undecided = {
      // @ts-expect-error: invite must decide.
      invite: () => {},
    } satisfies Script;
    expect([misspelt, undecided]).toHaveLength(2);
  });

  it("know the event by the name of its handler", () => {
    const script = {
      invite: (call) => (call.number === null ? reject(404) : forward(call.to.user)),
      bye: (call, event) => console.log(event.by, call.seconds),
      failed: async (_call, event) => (event.attempts.length > 3 ? reject(480) : undefined),
    } satisfies Script;
    expect(Object.keys(script)).toEqual(["invite", "bye", "failed"]);
  });

  it("know that an event of no call comes alone", () => {
    const script = {
      http: (event) => (event.method === "POST" ? { status: 202, body: event.body } : Response.json({ ok: true })),
      schedule: async (event) => console.log(event.name, event.scheduledAt),
    } satisfies Script;
    const wrong = {
      // @ts-expect-error: there is no call.
      http: (_call, event) => ({ body: event.path }),
      // @ts-expect-error: there is nobody to answer.
      schedule: () => "done",
    } satisfies Script;
    expect([Object.keys(script), Object.keys(wrong)]).toEqual([
      ["http", "schedule"],
      ["http", "schedule"],
    ]);
  });
});
