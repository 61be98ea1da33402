import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiAnswer, type RunningSwitch, startSwitch } from "../../helpers/switch.ts";

const FRONT_DESK = `
import { env, forward, gather, kv, reject, type Script, voicemail } from "strowger";

export default {
  async invite(call) {
    console.log("a call for", call.to.user);
    if (call.to.user === "loop") for (;;);
    if (call.to.user === "count") {
      await kv.increment("calls");
      return reject(486);
    }
    if (call.to.user === "where") return reject(480, { reason: env.PLACE + " " + new Date().toISOString().slice(0, 16) });
    if (call.to.user === "menu") return gather({ prompt: "menu" });
    return forward("alice", { ringSeconds: 20 });
  },
  gathered: (_call, event) => (event.digits === "1" ? forward("bob") : reject(603)),
  failed(call) {
    call.state = { missed: true };
    return voicemail("alice");
  },
} satisfies Script;
`;

interface Simulation {
  readonly id: string;
  readonly ringing: readonly string[];
  readonly next: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects.
  readonly moments: readonly any[];
}

describe("a call that is simulated over the API, step by step", () => {
  let strowger: RunningSwitch;

  beforeAll(async () => {
    strowger = await startSwitch({ scripts: { desk: { env: { PLACE: "Bonn" } } } });
    await strowger.deploy("desk", FRONT_DESK);
  });
  afterAll(() => strowger.stop());

  const path = "/v1/scripts/desk/simulations";
  const begin = (call: object, more: object = {}): Promise<ApiAnswer> => strowger.api("POST", path, { call, ...more });
  const begun = async (call: object, more: object = {}): Promise<Simulation> => {
    const { status, body } = await begin(call, more);
    if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
    return body.simulation;
  };
  const step = (id: string, body: object, after = -1): Promise<ApiAnswer> =>
    strowger.api("POST", `${path}/${id}/steps?after=${after}`, body);

  it("rings, is answered and hung up, and tells all that happens once", async () => {
    const call = await begun({ to: "100", from: "bob" });
    expect(call).toMatchObject({ script: "desk", version: 1, isOver: false, ringing: ["alice"], talkingTo: null });
    const types = call.moments.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining(["act", "sip", "event", "console", "decision"]));
    expect(call.moments.find(({ type }) => type === "console")).toMatchObject({
      level: "info",
      text: "a call for 100",
    });
    const answered = await step(call.id, { type: "answer" }, call.next);
    expect(answered.body).toMatchObject({ ringing: [], talkingTo: "alice", decision: { type: "forward" } });
    expect(answered.body.moments[0]).toMatchObject({ type: "act", text: "alice answers", n: call.next + 1 });
    const waited = await step(call.id, { type: "wait", seconds: 60 }, answered.body.next);
    expect(Math.floor(waited.body.seconds)).toBe(60);
    const over = await step(call.id, { type: "hangUp" }, waited.body.next);
    expect(over.body).toMatchObject({ isOver: true, cdr: { result: "answered", endedBy: "caller" } });
    const all = await strowger.api("GET", `${path}/${call.id}`);
    expect(all.body.moments.length).toBe(over.body.next + 1);
  });

  it("takes other ways: nobody answers, somebody is busy, keys are pressed, somebody speaks", async () => {
    const missed = await begun({ to: "100" });
    const mailbox = await step(missed.id, { type: "wait", seconds: 25 });
    expect(mailbox.body).toMatchObject({ decision: { type: "voicemail" }, state: { missed: true } });
    const busy = await begun({ to: "100" });
    expect((await step(busy.id, { type: "reject" })).body.state).toEqual({ missed: true });
    const menu = await begun({ to: "menu" });
    const chosen = await step(menu.id, { type: "press", keys: "1" });
    expect([chosen.body.ringing, chosen.body.heard[0]]).toEqual([["bob"], "menu"]);
  });

  it("finds the script's variables, and the world that is described: time, keys, users", async () => {
    const where = await begun({ to: "where" }, { world: { now: "2026-11-26 18:30", timeZone: "Europe/Berlin" } });
    expect(where).toMatchObject({ response: { code: 480, reason: "Bonn 2026-11-26T17:30" } });
    const count = await begun({ to: "count" }, { world: { kv: { calls: 41 } } });
    expect(count).toMatchObject({ kv: { calls: 42 }, response: { code: 486 } });
    const nobody = await begun({ to: "100" }, { world: { users: { zoe: { extension: "9" } } } });
    expect(nobody).toMatchObject({ ringing: [], state: { missed: true } });
    const bad = await begin({ to: "100" }, { world: { now: "soon" } });
    expect([bad.status, bad.body.detail]).toEqual([409, expect.stringMatching(/^now: "soon" is no time/)]);
  });

  it("runs a draft that becomes no version, and says where it does not compile", async () => {
    const draft = (text: string) => ({ draft: { entry: "desk.ts", files: { "desk.ts": text } } });
    const call = await begun({ to: "100" }, draft(FRONT_DESK.replace('forward("alice"', 'forward("carol"')));
    expect(call).toMatchObject({ version: null, ringing: ["carol"] });
    const broken = await begin({ to: "100" }, draft("export default {\n  invite( {"));
    expect([broken.status, broken.body.errors[0]]).toEqual([
      422,
      expect.objectContaining({ file: "desk.ts", line: 2 }),
    ]);
    expect((await strowger.api("GET", "/v1/scripts/desk/versions")).body.items.length).toBe(1);
  });

  it("costs nobody else anything where the script never ends", async () => {
    const other = await begun({ to: "100" });
    const loop = await begun({ to: "loop" });
    expect(loop).toMatchObject({ isOver: true, response: { code: 500 } });
    expect(loop.moments.find(({ type }) => type === "fault")).toMatchObject({ fault: { reason: "timeout" } });
    expect((await step(other.id, { type: "answer" })).body.talkingTo).toBe("alice");
    expect(await strowger.calls()).toEqual([]);
  });

  it("refuses what cannot be now with a sentence, and knows nothing of it once it is ended", async () => {
    const { id } = await begun({ to: "100" });
    const refused = await step(id, { type: "answer", who: "dave" });
    expect([refused.status, refused.body.detail]).toEqual([
      409,
      expect.stringContaining('the phone of "dave" does not ring'),
    ]);
    expect((await step(id, { type: "dance" })).status).toBe(400);
    expect((await strowger.api("GET", `/v1/scripts/other/simulations/${id}`)).status).toBe(404);
    expect((await strowger.api("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await step(id, { type: "answer" })).status).toBe(404);
  });

  it("needs scripts:write for a draft, and not for a version", async () => {
    const { secret } = (await strowger.api("POST", "/v1/tokens", { name: "reader", scopes: ["scripts:read"] })).body;
    const headers = { authorization: `Bearer ${secret}` };
    const draft = { entry: "a.ts", files: { "a.ts": FRONT_DESK } };
    expect((await strowger.api("POST", path, { call: { to: "100" }, draft }, headers)).status).toBe(403);
    expect((await strowger.api("POST", path, { call: { to: "100" } }, headers)).status).toBe(201);
  });

  it("is one of twenty at the same time", async () => {
    let last = await begin({ to: "count" });
    for (let count = 0; count < 20 && last.status === 201; count++) last = await begin({ to: "count" });
    expect([last.status, last.body.code]).toEqual([429, "too-many-requests"]);
  });
});
