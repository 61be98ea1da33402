import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { afterAll, describe, expect, it, onTestFinished } from "vitest";
import { registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { Tail } from "../../helpers/tail.ts";
import { until } from "../../helpers/until.ts";
import { Stranger } from "./strangers.ts";

const strowger = await startSwitch({ guard: {} });
await strowger.deploy("main", inviteScript("reject(404)"));
afterAll(() => strowger.stop());

/** The ban of a source. */
async function banOf(source: string): Promise<{ by: string; reason: string; offences: number } | undefined> {
  const { items } = (await strowger.api("GET", "/v1/guard/bans")).body;
  return items.find((ban: { source: string }) => ban.source === source);
}

/** How a connection from there ends: at once, or not at all. */
async function connects(address: string, to: RunningSwitch = strowger): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port: to.sipPort, localAddress: address });
  const closed = new Promise<boolean>((resolve) => {
    socket.on("close", () => resolve(false)).on("error", () => undefined);
    socket.on("data", () => resolve(true));
  });
  socket.write("\r\n\r\n");
  const isOpen = await closed;
  socket.destroy();
  return isOpen;
}

describe("A source that is banned", { timeout: 60_000 }, () => {
  it("is a scanner that says so: told in the events, the metrics and the audit log, and not heard on any transport", async () => {
    const address = "127.0.0.61";
    const events = await Tail.open(`${strowger.url}/v1/events?type=guard`, strowger.token);
    onTestFinished(() => events.close());
    const scanner = await Stranger.at(strowger, address);
    expect(await connects(address)).toBe(true);
    scanner.ask({ method: "OPTIONS", to: "100", agent: "friendly-scanner" });
    await until("the ban", async () => (await banOf(address)) !== undefined);
    expect(await banOf(address)).toMatchObject({ by: "switch", offences: 1 });
    scanner.ask({ method: "OPTIONS", to: "100" });
    expect(await connects(address)).toBe(false);
    const alice = await registeredPhone(strowger, "alice");
    expect([scanner.statuses, (await alice.settle()).status]).toEqual([[], 200]);
    const told = events.entries as unknown as { what: string; ban?: { source: string } }[];
    await until("the event", () => told.some(({ what, ban }) => what === "banned" && ban?.source === address));
    const metrics = (await strowger.api("GET", "/metrics")).body as string;
    expect(metrics).toMatch(/strowger_guard_refused_total\{reason="scanner"\} [1-9]/);
    expect(metrics).toMatch(/strowger_guard_refused_total\{reason="banned"\} [1-9]/);
    expect(metrics).toMatch(/strowger_guard_bans [1-9]/);
    const audit = (await strowger.api("GET", "/v1/audit?action=ban")).body.items;
    expect(audit).toContainEqual(expect.objectContaining({ actor: "switch", target: address }));
  });

  it("is so after a restart, and until the ban is lifted", async () => {
    const address = "127.0.0.62";
    const scanner = await Stranger.at(strowger, address);
    scanner.ask({ method: "OPTIONS", to: "100", agent: "sipvicious" });
    await until("the ban", async () => (await banOf(address)) !== undefined);
    await strowger.restart();
    expect(await banOf(address)).toMatchObject({ by: "switch" });
    expect(await connects(address)).toBe(false);
    expect((await strowger.api("DELETE", `/v1/guard/bans/${address}`)).status).toBe(204);
    expect(await connects(address)).toBe(true);
    scanner.ask({ method: "OPTIONS", to: "switch" });
    await until("an answer", () => scanner.count(200) > 0);
    expect((await strowger.api("DELETE", `/v1/guard/bans/${address}`)).status).toBe(404);
  });

  it("is one that somebody bans over the API: its connections are cut at once", async () => {
    const socket = connect({ host: "127.0.0.1", port: strowger.sipPort, localAddress: "127.0.0.77" });
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()).on("error", () => undefined));
    socket.write("\r\n\r\n");
    await new Promise<void>((resolve) => socket.on("data", () => resolve()));
    const body = { source: "127.0.0.64/27", seconds: 3600, reason: "a test" };
    const answer = await strowger.api("POST", "/v1/guard/bans", body);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ source: "127.0.0.64/27", by: "installation", reason: "a test" });
    await closed;
    expect([await connects("127.0.0.77"), await connects("127.0.0.100")]).toEqual([false, true]);
    const gone = await strowger.api("DELETE", answer.headers.get("location") ?? "");
    expect([gone.status, await connects("127.0.0.77")]).toEqual([204, true]);
  });

  it("is any where the configuration denies all but some, and a reload is enough", async () => {
    const other = await startSwitch({ guard: { deny: ["127.0.0.0/8"], allow: ["127.0.0.1"] } });
    onTestFinished(() => other.stop());
    expect([await connects("127.0.0.1", other), await connects("127.0.0.2", other)]).toEqual([true, false]);
    expect((await other.api("POST", "/v1/guard/allowed", { source: "127.0.0.2" })).status).toBe(201);
    expect([await connects("127.0.0.2", other), await connects("127.0.0.3", other)]).toEqual([true, false]);
    writeFileSync(other.configFile, readFileSync(other.configFile, "utf8").replace("127.0.0.0/8", "127.0.0.4"));
    expect((await other.api("POST", "/v1/reload")).body).toEqual({ warnings: [] });
    expect([await connects("127.0.0.3", other), await connects("127.0.0.4", other)]).toEqual([true, false]);
  });
});

describe("A sweep", { timeout: 60_000 }, () => {
  it.each([
    ["of users that are not there", "REGISTER", "127.0.0.101"],
    ["of numbers that are not there", "INVITE", "127.0.0.102"],
  ])("%s gets its source banned; the phone beside it registers as ever", async (_what, method, address) => {
    const alice = await registeredPhone(strowger, "alice");
    const scanner = await Stranger.at(strowger, address);
    for (let number = 1000; number < 1200 && (await banOf(address)) === undefined; number++) {
      scanner.ask({ method, to: String(number) });
      await alice.settle();
    }
    expect(await banOf(address)).toMatchObject({ by: "switch" });
    expect(scanner.statuses.length).toBeLessThan(80);
    expect((await register(alice, { user: "alice" })).status).toBe(200);
  });
});

describe("Wrong passwords", { timeout: 60_000 }, () => {
  it("of a stranger lock out nobody: the user registers from elsewhere, and the office of a clumsy phone goes on", async () => {
    const bob = await registeredPhone(strowger, "bob");
    const clumsy = await registeredPhone(strowger, "alice", { address: "127.0.0.5" });
    for (let count = 0; count < 12; count++) {
      expect((await register(clumsy, { user: "bob", password: "guess" })).status).toBe(401);
    }
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    expect((await register(clumsy, { user: "alice" })).status).toBe(200);
    expect(await banOf("127.0.0.5")).toBeUndefined();
    const { refused } = (await strowger.api("GET", "/v1/guard")).body;
    expect(refused["password-guessing"]).toBeGreaterThan(0);
  });
});
