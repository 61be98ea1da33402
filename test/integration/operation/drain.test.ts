import { afterAll, afterEach, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";
import { followEvents } from "../http/event-client.ts";

const strowger = await startSwitch({ emergency: ["112"] });
afterAll(() => strowger.stop());
afterEach(() => strowger.api("DELETE", "/v1/drain"));

const run = (...args: readonly string[]) =>
  runStrowger(args, { url: strowger.url, token: strowger.token, cwd: strowger.folder });

describe("A switch that is drained", () => {
  it("refuses new calls and OPTIONS with 503 and serves the call that is up", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "700");
    const begun = await strowger.api("POST", "/v1/drain");
    expect(begun.body).toMatchObject({ draining: true, calls: 1, waitsFor: [{ state: "answered" }] });
    expect((await strowger.api("GET", "/readyz")).body).toMatchObject({ status: 503, detail: "draining" });
    const other = await rawPhone(strowger, "other");
    const pending = invite(other, "700");
    const refused = await other.expect("503 INVITE");
    expect(refused.header("Retry-After")).toBe("30");
    expect(refused.header("Call-ID")).toBe(pending.header("Call-ID"));
    invite(other, "700", { method: "OPTIONS" });
    expect((await other.expect("503 OPTIONS")).header("Retry-After")).toBe("30");
    expect((await register(other, { user: "alice" })).status).toBe(200);
    const originated = await strowger.api("POST", "/v1/calls", { from: "alice", to: "bob" });
    expect([originated.status, originated.body.code]).toEqual([503, "draining"]);
    await hangUp(call.caller, call.callee);
    expect((await strowger.api("GET", "/v1/drain")).body).toMatchObject({ draining: true, calls: 0, waitsFor: [] });
  });

  it("keeps no state of what it refuses", async () => {
    await strowger.api("POST", "/v1/drain");
    const other = await rawPhone(strowger, "other");
    const before = await transactions();
    for (let times = 0; times < 3; times++) {
      invite(other, "700");
      await other.expect("503 INVITE");
    }
    expect(await transactions()).toBe(before);
  });

  it("lets a user call for help", async () => {
    await strowger.api("POST", "/v1/drain");
    const alice = await rawPhone(strowger, "alice");
    await register(alice, { user: "alice" });
    invite(alice, "112", { from: "sip:alice@example.test" });
    expect((await alice.expect("407 INVITE")).status).toBe(407);
  });

  it("takes calls again where the drain is undone", async () => {
    await strowger.api("POST", "/v1/drain");
    expect((await run("drain", "--undo")).stdout).toBe("The switch takes calls again.\n");
    expect((await strowger.api("GET", "/readyz")).status).toBe(200);
    const other = await rawPhone(strowger, "other");
    invite(other, "700", { method: "OPTIONS" });
    expect((await other.expect("200 OPTIONS")).status).toBe(200);
  });

  it("is shown in the events and the metrics", async () => {
    const authorization = { Authorization: `Bearer ${strowger.token}` };
    const events = await followEvents(`${strowger.url}/v1/events?type=drain`, authorization);
    await strowger.api("POST", "/v1/drain");
    await strowger.api("POST", "/v1/drain");
    expect((await strowger.api("GET", "/metrics")).body).toContain("strowger_draining 1");
    await strowger.api("DELETE", "/v1/drain");
    for (const what of ["begun", "empty", "ended"]) expect((await events.next())?.data).toMatchObject({ what });
    events.close();
  });

  it("may be drained and stopped by an administrator alone", async () => {
    const made = await strowger.api("POST", "/v1/tokens", { name: "watcher", scopes: ["calls:read"] });
    const authorization = { authorization: `Bearer ${made.body.secret}` };
    expect((await strowger.api("POST", "/v1/drain", undefined, authorization)).status).toBe(403);
    expect((await strowger.api("GET", "/v1/drain", undefined, authorization)).body.draining).toBe(false);
  });
});

describe("strowger drain", () => {
  it("waits for the last call, and fails where the call outlasts it", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    await strowger.deploy("main", inviteScript(forwardTo([callee])));
    const call = await connectCall(caller, callee, "701");
    const late = await run("drain", "--timeout", "0.1", "--json");
    expect(late.code).toBe(1);
    expect(late.stdout).toContain('"calls": 1');
    const waiting = run("drain", "--wait");
    await until("the drain to wait", async () => (await strowger.api("GET", "/v1/drain")).body.draining);
    await hangUp(call.caller, call.callee);
    expect(await waiting).toMatchObject({ code: 0, stdout: expect.stringContaining("it can be stopped") });
    expect((await run("drain", "--timeout", "soon")).code).toBe(2);
  });

  it("leaves a switch that ends at once", async () => {
    const own = await startSwitch();
    expect((await runStrowger(["drain", "--wait"], { url: own.url, token: own.token, cwd: own.folder })).code).toBe(0);
    const before = performance.now();
    await own.stop();
    expect(performance.now() - before).toBeLessThan(3_000);
  });
});

async function transactions(): Promise<string | undefined> {
  const text: string = (await strowger.api("GET", "/metrics")).body;
  return /strowger_server_transactions (\d+)/.exec(text)?.[1];
}
