import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createInterface, type Interface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { aLogLine, anInvocation, type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { runStrowger, startStrowger } from "./run-strowger.ts";

describe("strowger tail", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
    await api.send("PUT", "/v1/scripts/front-desk", { body: "export default {}" });
  });
  afterEach(() => api.close());

  const nextLine = async (lines: Interface): Promise<string> => (await once(lines, "line"))[0];

  it("prints what happens until it is interrupted, and ends with 0", async () => {
    const child = startStrowger(["tail", "front-desk", "--level", "warn"], { url: api.url });
    const lines = createInterface(child.stdout);
    await vi.waitFor(() => expect(api.tail.listeners).toBe(1), 10_000);
    let next = nextLine(lines);
    api.tail.publish(aLogLine("not loud enough"));
    api.tail.publish(aLogLine("loud \u001b[2Jenough", { level: "warn" }));
    expect(await next).toBe("00:00:00.000 v1 call-1 invite warn  loud enough");
    next = nextLine(lines);
    api.tail.publish(anInvocation("fault"));
    expect(await next).toBe("00:00:00.000 v1 call-1 invite fault threw: x is not a function (front-desk.ts:3:5)");
    next = nextLine(lines);
    api.tail.publish(aLogLine("late", { level: "warn", callId: null, eventId: "open@08:00", handler: "schedule" }));
    expect(await next).toBe("00:00:00.000 v1 open@08:00 schedule warn  late");
    child.kill("SIGINT");
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("prints a line of JSON for each entry, and goes on where it was after the connection is lost", async () => {
    const child = startStrowger(["tail", "front-desk", "--json"], { url: api.url });
    const lines = createInterface(child.stdout);
    await vi.waitFor(() => expect(api.tail.listeners).toBe(1), 10_000);
    let next = nextLine(lines);
    api.tail.publish(aLogLine("one"));
    expect(JSON.parse(await next)).toEqual(aLogLine("one"));
    next = nextLine(lines);
    const { url, tail, events, deployments } = api;
    await api.close();
    tail.publish(aLogLine("two"));
    api = await startFakeSwitch({ deployments, feeds: { tail: () => tail, events } }, Number(new URL(url).port));
    expect(JSON.parse(await next)).toEqual(aLogLine("two"));
    child.kill("SIGTERM");
    expect((await once(child, "exit"))[0]).toBe(0);
  });

  it("ends where the address is not that of a switch, although it answers 200", async () => {
    const website = createServer((_, response) => response.end("<html>"));
    await new Promise<void>((resolve) => website.listen(0, "127.0.0.1", resolve));
    // It listens on a port, not on a pipe.
    const { port } = website.address() as AddressInfo;
    const ran = await runStrowger(["tail", "front-desk"], { url: `http://127.0.0.1:${port}` });
    website.close();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain("not as a switch does");
  });

  it("ends where there is no such script", async () => {
    const ran = await runStrowger(["tail", "nobody"], { url: api.url });
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('There is no script "nobody"');
  });
});
