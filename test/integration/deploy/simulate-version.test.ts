import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

const SCRIPT = `
import { env, forward, kv, OperationError, reject, tag, type Script } from "strowger";

export default {
  async invite(call) {
    console.log("at", new Date().toISOString(), Math.random() === Math.random());
    call.state.asked = (call.state.asked ?? 0) + 1;
    if ((await kv.get("closed")) === true) return reject(480);
    const vip = call.headers.get("x-level") === "gold";
    return [tag({ vip: String(vip) }), forward(call.to.user === "100" ? "alice" : call.from.user, { ringSeconds: 20 })];
  },
  bye() {
    return { type: "dance" };
  },
  async failed() {
    try {
      await kv.set("failed", 1);
    } catch (error) {
      return reject(500, { reason: error instanceof OperationError ? error.code : "?" });
    }
  },
  http: (event) => ({ status: 202, body: event.path }),
  ended() {
    for (;;);
  },
} satisfies Script;
`;

let strowger: RunningSwitch;

beforeAll(async () => {
  strowger = await startSwitch();
  // Never live: only a version of it is stored.
  await strowger.api("POST", "/v1/scripts/trial/versions", { entry: "trial.ts", files: { "trial.ts": SCRIPT } });
});

afterAll(() => strowger.stop());

const simulate = (body: object, version: number | string = 1) =>
  strowger.api("POST", `/v1/scripts/trial/versions/${version}/simulate`, body);

describe("Simulating an event on a version", () => {
  it("shows what the version would decide, at the time and with the answers that are given, and does nothing", async () => {
    const { status, body } = await simulate({
      event: { type: "invite" },
      call: { to: "100", from: "sip:bob@example.test", headers: { "X-Level": "gold" }, state: { asked: 2 } },
      operations: { "kv.get": { result: { key: "closed", value: false, version: 1, expiresAt: null } } },
      now: "2026-11-26T10:00:00Z",
      seed: "the same",
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      script: "trial",
      version: 1,
      handler: "invite",
      outcome: "returned",
      decision: [
        { type: "tag", tags: { vip: "true" } },
        { type: "forward", targets: ["alice"], ringSeconds: 20 },
      ],
      state: { asked: 3 },
      operations: [{ name: "kv.get", args: { key: "closed" }, isAnswered: true }],
      logs: [{ level: "info", text: "at 2026-11-26T10:00:00.000Z false" }],
      fault: null,
      now: "2026-11-26T10:00:00.000Z",
    });
    const calls = await strowger.api("GET", "/v1/calls");
    expect(calls.body.items).toEqual([]);
    expect((await strowger.api("GET", "/v1/scripts/trial/kv")).body.items).toEqual([]);
  });

  it("refuses operations that nobody has answered, and the script hears so", async () => {
    const event = { type: "failed", code: 486, reason: "Busy Here", attempts: [] };
    const { body } = await simulate({ event });
    expect(body).toMatchObject({
      outcome: "returned",
      decision: [{ type: "reject", code: 500, reason: "unavailable" }],
      operations: [{ name: "kv.set", isAnswered: false }],
    });
  });

  it("shows a fault: what is thrown, what is no decision, what never ends", async () => {
    const thrown = await simulate({ event: { type: "invite" } });
    expect(thrown.body).toMatchObject({ outcome: "fault", decision: null, state: {}, fault: { reason: "threw" } });
    expect(thrown.body.fault.message).toContain('give its result: "operations": { "kv.get": { "result": … } }');
    const invalid = await simulate({ event: { type: "bye", by: "caller", reason: null } });
    expect(invalid.body.fault).toMatchObject({ reason: "invalid-decision", message: expect.stringContaining("dance") });
    const endless = await simulate({ event: { type: "ended", cdr: {} } });
    expect(endless.body.fault).toMatchObject({ reason: "timeout" });
    const again = await simulate({ event: { type: "http", path: "/night" } }, "latest");
    expect(again.body).toMatchObject({ decision: { status: 202, body: "/night" } });
  });

  it("says what is wrong with the request", async () => {
    expect((await simulate({ event: { type: "ringing" } })).body).toMatchObject({
      status: 400,
      detail: expect.stringContaining('has no handler for "ringing"; it handles invite, bye, failed, http, ended'),
    });
    expect((await simulate({ event: { type: "invite" } }, 7)).status).toBe(404);
    expect((await simulate({ event: { type: "dance" } })).body).toMatchObject({ status: 400 });
    expect((await simulate({ event: { type: "invite", padding: "x".repeat(40_000) } })).body.status).toBe(400);
  });
});
