import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("POST /v1/calls", () => {
  let api: FakeSwitch;
  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  const post = (json: unknown, options: { token?: string; headers?: Record<string, string> } = {}) =>
    api.send("POST", "/v1/calls", { json, ...options });

  it("begins a call, and says where it is", async () => {
    const { status, body, headers } = await post({ from: "alice", to: "bob", tags: { campaign: "spring" } });
    expect([status, headers.get("location"), body.id]).toEqual([201, "/v1/calls/call-2", "call-2"]);
    expect((await api.send("GET", "/v1/calls/call-2")).body).toEqual(body);
    expect(api.originated).toEqual([{ from: "alice", to: "bob", tags: { campaign: "spring" } }]);
  });

  it("begins one call for one Idempotency-Key", async () => {
    const headers = { "Idempotency-Key": "once" };
    const answers = [
      await post({ from: "alice", to: "bob" }, { headers }),
      await post({ from: "alice", to: "bob" }, { headers }),
    ];
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual([
      [201, "call-2"],
      [201, "call-2"],
    ]);
    expect(api.originated).toHaveLength(1);
    expect((await post({ from: "bob", to: "alice" }, { headers })).body.code).toBe("idempotency-conflict");
  });

  it("needs the scope calls:write", async () => {
    const token = await api.token("reader", "calls:read");
    expect((await post({ from: "alice", to: "bob" }, { token })).body.code).toBe("insufficient-scope");
    expect(api.originated).toEqual([]);
  });

  it.each<[string, unknown]>([
    ["nobody", { to: "bob" }],
    ["a target with a blank", { from: "two words" }],
    ["a field that is not known", { from: "alice", too: "bob" }],
    ["a script that cannot be one", { from: "alice", script: "../x" }],
    ["a caller id that would end the header", { from: "alice", to: "bob", callerId: 'x"<y>' }],
    ["a name with a line break", { from: "alice", to: "bob", callerName: "x\r\nVia: y" }],
    ["a state that is too large", { from: "alice", to: "bob", state: { text: "x".repeat(9000) } }],
    ["a state that is no object", { from: "alice", to: "bob", state: 7 }],
    ["too long a ring", { from: "alice", to: "bob", ringSeconds: 500 }],
  ])("refuses %s", async (_what, body) => {
    const answer = await post(body);
    expect([answer.status, answer.body.code]).toEqual([400, "invalid-request"]);
    expect(api.originated).toEqual([]);
  });
});
