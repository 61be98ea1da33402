import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import { kv, type Script } from "../../../sdk/index.ts";

const office = {
  async http(event) {
    if (event.method !== "POST" || event.path !== "/night") return { status: 404 };
    const { on } = JSON.parse(event.body);
    await kv.set("night", on);
    return Response.json({ night: on, by: event.query.by, type: event.headers["content-type"] }, { status: 202 });
  },
  async schedule(event) {
    await kv.set("opened", `${event.name} ${event.scheduledAt}`);
  },
} satisfies Script;

describe("Events that belong to no call", () => {
  it("are requests over HTTP, answered as the switch would", async () => {
    const simulation = simulate(office);
    expect(await simulation.http()).toMatchObject({ status: 404 });
    const body = { on: true };
    expect(await simulation.http({ path: "/night?by=bob&by=eve", body })).toEqual({
      status: 202,
      headers: { "Content-Type": "application/json" },
      body: '{"night":true,"by":"bob","type":"application/json"}',
    });
    expect(await simulation.kv()).toEqual({ night: true });
  });

  it("are schedules", async () => {
    const simulation = simulate(office, { now: "2026-11-26T08:00:00Z" });
    await simulation.schedule("open");
    expect(await simulation.kv()).toEqual({ opened: "open 2026-11-26T08:00:00.000Z" });
  });

  it("are refused where the script has no handler, fails, or answers what is no answer", async () => {
    await expect(simulate({}).http()).rejects.toThrow('The script has no handler "http"');
    const broken: Script = { http: () => JSON.parse("{") };
    await expect(simulate(broken).http()).rejects.toThrow(
      /The script failed at http: threw: SyntaxError.*events\.test\.ts:\d+:\d+\)/,
    );
    const odd = { http: () => ({ status: 999 }) };
    await expect(simulate(odd).http()).rejects.toThrow("status");
  });
});
