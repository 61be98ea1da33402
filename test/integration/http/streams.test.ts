import { connect, type Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SwitchEvent } from "../../../runtime/port/feed.ts";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { followEvents } from "./event-client.ts";
import { ADMIN, aCall, aLogLine, anInvocation, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("the tail of a script", () => {
  let api: FakeSwitch;
  let clock: VirtualClock;
  const tail = (query = "") => `${api.url}/v1/scripts/front-desk/tail${query}`;

  beforeEach(async () => {
    clock = new VirtualClock();
    api = await startFakeSwitch({ clock });
    await api.send("PUT", "/v1/scripts/front-desk", { body: "export default {}" });
  });
  afterEach(() => api.close());

  it("shows lines, invocations and faults as they happen", async () => {
    const client = await followEvents(tail());
    expect(client.response.headers.get("content-type")).toBe("text/event-stream");
    api.tail.publish(aLogLine("hello\nworld"));
    api.tail.publish(anInvocation("invocation"));
    api.tail.publish(anInvocation("fault"));
    expect(await client.next()).toEqual({ id: "1", event: "log", data: aLogLine("hello\nworld") });
    expect(await client.next()).toMatchObject({ id: "2", event: "invocation" });
    expect(await client.next()).toMatchObject({ id: "3", event: "fault", data: { fault: { line: 3 } } });
    client.close();
  });

  it.each([
    ["level=warn", ["warned", "failed"]],
    ["type=log&event=bye", ["goodbye"]],
    ["version=2", ["second version"]],
    ["callId=call-2", ["other call"]],
    ["search=WARN", ["warned"]],
  ])("filters by %s", async (query, expected) => {
    const client = await followEvents(tail(`?${query}`));
    api.tail.publish(aLogLine("hello"));
    api.tail.publish(aLogLine("warned", { level: "warn" }));
    api.tail.publish(aLogLine("failed", { level: "error" }));
    api.tail.publish(aLogLine("goodbye", { handler: "bye" }));
    api.tail.publish(aLogLine("second version", { ref: { script: "front-desk", version: 2 } }));
    api.tail.publish(aLogLine("other call", { callId: "call-2" }));
    for (const text of expected) expect((await client.next())?.data.text).toBe(text);
    await api.close();
    expect(await client.next()).toBeUndefined();
  });

  it("goes on where a client left off", async () => {
    for (const text of ["one", "two", "three"]) api.tail.publish(aLogLine(text));
    const client = await followEvents(tail(), { "Last-Event-ID": "1" });
    api.tail.publish(aLogLine("four"));
    expect([(await client.next())?.data.text, (await client.next())?.data.text]).toEqual(["two", "three"]);
    expect(await client.next()).toMatchObject({ id: "4", data: { text: "four" } });
    client.close();
  });

  it("says how much is forgotten of what a client has missed", async () => {
    for (let line = 1; line <= 150; line++) api.tail.publish(aLogLine(`line ${line}`));
    const client = await followEvents(tail(), { "Last-Event-ID": "10" });
    expect(await client.next()).toEqual({ id: undefined, event: "dropped", data: { type: "dropped", count: 40 } });
    expect((await client.next())?.id).toBe("51");
    client.close();
  });

  it("shows all it remembers to a client of before the restart", async () => {
    api.tail.publish(aLogLine("after the restart"));
    const client = await followEvents(tail(), { "Last-Event-ID": "5000" });
    expect((await client.next())?.data.text).toBe("after the restart");
    client.close();
  });

  it("keeps the connection alive, and ends the subscription with the client", async () => {
    const client = await followEvents(tail());
    expect(api.tail.listeners).toBe(1);
    expect(clock.pending).toBe(1);
    const socket = await rawClient(api, "/v1/scripts/front-desk/tail");
    clock.advance(15_000);
    await vi.waitFor(() => expect(socket.received()).toContain(": alive\n\n"));
    socket.destroy();
    client.close();
    await vi.waitFor(() => expect(api.tail.listeners).toBe(0));
    expect(clock.pending).toBe(0);
  });

  it("takes ten clients, and more when one has gone", async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => followEvents(tail())));
    const refused = await api.send("GET", "/v1/scripts/front-desk/tail");
    expect([refused.status, refused.body.code]).toEqual([429, "too-many-requests"]);
    clients[0]?.close();
    await vi.waitFor(() => expect(api.tail.listeners).toBe(9));
    const late = await followEvents(tail());
    expect(late.response.status).toBe(200);
    for (const client of [...clients, late]) client.close();
  });

  it("is not slowed down by a client that does not read, who learns what it has missed", async () => {
    const socket = await rawClient(api, "/v1/scripts/front-desk/tail");
    socket.pause();
    const text = "x".repeat(64 * 1024);
    // More than the buffers of the system, of the socket and of the stream together.
    for (let line = 0; line < 400; line++) api.tail.publish(aLogLine(text));
    socket.resume();
    await vi.waitFor(() => expect(socket.received()).toMatch(/event: dropped\ndata: \{"type":"dropped","count":\d+\}/));
    const seen = socket.received().match(/event: log/g)?.length ?? 0;
    const count = Number(/"dropped","count":(\d+)/.exec(socket.received())?.[1]);
    expect(seen + count).toBe(400);
    api.tail.publish(aLogLine("and on it goes"));
    await vi.waitFor(() => expect(socket.received()).toContain("and on it goes"));
    socket.destroy();
  });

  it("gives up a client that takes nothing for a minute", async () => {
    const socket = await rawClient(api, "/v1/scripts/front-desk/tail");
    socket.pause();
    for (let line = 0; line < 400; line++) api.tail.publish(aLogLine("x".repeat(64 * 1024)));
    clock.advance(60_000);
    await vi.waitFor(() => expect(api.tail.listeners).toBe(0));
    socket.destroy();
  });

  it("is there as JSON, filtered alike", async () => {
    api.tail.publish(aLogLine("hello"));
    api.tail.publish(aLogLine("failed", { level: "error" }));
    const answer = await api.send("GET", "/v1/scripts/front-desk/logs?level=error");
    expect(answer.body).toEqual({ items: [{ id: 2, entry: aLogLine("failed", { level: "error" }) }] });
  });

  it("is not there for a script that is not", async () => {
    expect((await api.send("GET", "/v1/scripts/nobody/tail")).status).toBe(404);
    expect((await api.send("GET", "/v1/scripts/front-desk/tail?level=loud")).status).toBe(400);
  });
});

describe("the events of the switch", () => {
  it("are filtered by type and by what the token may read", async () => {
    const api = await startFakeSwitch();
    const call: SwitchEvent = { type: "call", at: "2026-01-01T00:00:00.000Z", what: "started", call: aCall("call-1") };
    const deployment = await api.deployments.rollback("x", { author: "a", to: 1 }).catch(() => undefined);
    expect(deployment).toMatchObject({ reason: "rollback" });
    const script = { type: "script", at: call.at, deployment } as SwitchEvent;
    const onlyCalls = await api.token("calls", "calls:read");
    const headers = { Authorization: `Bearer ${onlyCalls}` };
    const [all, some, few] = await Promise.all([
      followEvents(`${api.url}/v1/events`),
      followEvents(`${api.url}/v1/events?type=call`),
      followEvents(`${api.url}/v1/events`, headers),
    ]);
    api.events.publish(script);
    api.events.publish(call);
    expect([(await all.next())?.event, (await all.next())?.event]).toEqual(["script", "call"]);
    expect(await some.next()).toMatchObject({ id: "2", event: "call", data: { call: { id: "call-1" } } });
    expect((await few.next())?.event).toBe("call");
    expect((await api.send("GET", "/v1/events?type=script", { token: onlyCalls })).status).toBe(403);
    expect((await api.send("GET", "/v1/events?type=nothing")).status).toBe(400);
    await api.close();
    expect(await all.next()).toBeUndefined();
  });
});

interface RawClient extends Socket {
  received(): string;
}

/** A client whose reading can be stopped; resolves once the stream has begun. */
async function rawClient(api: FakeSwitch, path: string): Promise<RawClient> {
  let text = "";
  const socket = connect(Number(new URL(api.url).port), "127.0.0.1");
  const raw = Object.assign(socket, { received: () => text });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${ADMIN}\r\n\r\n`);
  await new Promise<void>((resolve) => {
    socket.on("data", (chunk) => {
      // What is sent in chunks reads the same without the lengths between them.
      text += chunk.toString().replace(/\r?\n?[0-9a-f]+\r\n/g, "");
      if (text.includes("retry: ")) resolve();
    });
  });
  return raw;
}
