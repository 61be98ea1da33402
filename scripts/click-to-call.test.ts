import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import clickToCall from "./click-to-call.ts";

const headers = { Authorization: "Bearer the-token" };
const body = { user: "alice", number: "+4930123456" };
const LINE = "sip:+4930123456@gw.example.net";

function world(options: SimulationOptions = {}) {
  return simulate(clickToCall, { env: { GATEWAY: "gw.example.net" }, secrets: { TOKEN: "the-token" }, ...options });
}

describe("Click to call", () => {
  it("rings the user, who sees the number, and once that is answered, the number", async () => {
    const simulation = world();
    const answer = await simulation.http({ body, headers });
    expect(answer.status).toBe(201);
    const call = simulation.begun();
    expect(JSON.parse(answer.body ?? "")).toEqual({ id: call.facts.call?.state.id });
    await call.rings("alice");
    expect(simulation.phones.ofUser("alice")[0]?.phone.take("INVITE").header("From")).toContain("sip:+4930123456@");
    expect(call).toHaveRung(["alice"]);
    await call.answers("alice");
    await call.answers(LINE);
    expect(call).toBeConnectedTo(LINE);
    await call.advance(40);
    await call.hangsUp(LINE);
    expect(call.logs).toMatchObject([{ text: "alice and +4930123456: answered, 40 s" }]);
  });

  it("connects users with each other, without a gateway", async () => {
    const simulation = world({ env: {} });
    expect((await simulation.http({ body: { user: "alice", number: "101" }, headers })).status).toBe(201);
    const call = simulation.begun();
    await call.rings("alice");
    await call.answers("alice");
    await call.answers("bob");
    expect(call).toBeConnectedTo("bob");
  });

  it("calls nobody where the user does not answer, and says so in the log", async () => {
    const simulation = world();
    await simulation.http({ body, headers });
    const call = simulation.begun();
    await call.rings("alice");
    await call.noAnswer(60);
    await call.ends();
    expect(call).toHaveRung(["alice"]);
    expect(call.logs).toMatchObject([{ text: "alice and +4930123456: failed, 0 s" }]);
  });

  it("hangs up on the user where the number is busy", async () => {
    const simulation = world();
    await simulation.http({ body, headers });
    const call = simulation.begun();
    await call.rings("alice");
    await call.answers("alice");
    await call.rejects(LINE);
    await call.ends();
    expect(call.faults).toEqual([]);
  });

  it.each([
    ["no token", {}, 401],
    ["a wrong token", { headers: { Authorization: "Bearer another" } }, 401],
    ["another path", { headers, path: "/other", body }, 404],
    ["a GET", { headers, method: "GET" }, 404],
    ["what is no JSON", { headers, body: "alice" }, 400],
    ["null", { headers, body: "null" }, 400],
    ["numbers in place of texts", { headers, body: { user: 1, number: 2 } }, 400],
    ["no user", { headers, body: { number: "101" } }, 400],
    ["an address as its number", { headers, body: { user: "alice", number: "sip:x@evil.example" } }, 400],
    ["a user that there is not", { headers, body: { user: "zoe", number: "101" } }, 404],
  ])("refuses a request with %s", async (_what, request, status) => {
    const simulation = world();
    expect((await simulation.http({ method: "POST", ...request })).status).toBe(status);
    expect(simulation.calls).toHaveLength(0);
  });

  it("says what is missing: a phone of the user, the token, the gateway", async () => {
    const away = world({ registrations: ["bob"] });
    expect((await away.http({ body, headers })).status).toBe(409);
    const bare = world({ secrets: {} });
    expect(await bare.http({ body, headers })).toMatchObject({ status: 503, body: "The secret TOKEN is not set." });
    const inside = world({ env: {} });
    expect(await inside.http({ body, headers })).toMatchObject({ status: 503, body: "GATEWAY is not set." });
  });
});
