import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { forwardTo, script } from "../../helpers/script-source.ts";
import { type RunningSwitch, startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { serve, type WebServer } from "../fetch/web.ts";

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parent: string | null;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly status: { readonly code: number; readonly message?: string };
  readonly events: readonly string[];
  readonly start: number;
  readonly end: number;
}

const [INTERNAL, SERVER, CLIENT] = [0, 1, 2];
const ERROR = 2;
const SDK = fileURLToPath(new URL("./traces-to-file.ts", import.meta.url));

describe("With an OpenTelemetry SDK loaded before the switch", () => {
  const folder = mkdtempSync(join(tmpdir(), "strowger-traces-"));
  const file = join(folder, "traces.jsonl");
  const traceparents: (string | undefined)[] = [];
  let server: WebServer;
  let strowger: RunningSwitch;

  const spans = (): readonly Span[] =>
    existsSync(file)
      ? readFileSync(file, "utf8")
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [];
  const spansOf = (traceId: string) => spans().filter((span) => span.traceId === traceId);
  const callSpan = (fits: (span: Span) => boolean) =>
    until("the span of a call", () => spans().find((span) => span.name === "call" && fits(span)));

  beforeAll(async () => {
    server = await serve((request, response) => {
      traceparents.push(request.headers.traceparent as string | undefined);
      response.writeHead(203).end("answer");
    });
    const env = { NODE_OPTIONS: `--import ${SDK}`, TRACES: file };
    strowger = await startSwitch({ fetch: { allowPrivate: ["127.0.0.1", "::1"] } }, env);
  });
  afterAll(async () => {
    server.close();
    await strowger.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("a call is a trace: the call, its events, their operations, and the requests that they make", async () => {
    const caller = await rawPhone(strowger, "caller");
    const callee = await rawPhone(strowger, "callee");
    const source = script(`  async invite() {
    const answer = await fetch("http://127.0.0.1:${server.port}/customers?number=49301234");
    return answer.status === 203 ? ${forwardTo([callee])} : reject(500);
  },
  ended() {},`);
    await strowger.deploy("main", source);
    const call = await connectCall(caller, callee, "700");
    await hangUp(call.caller, call.callee);
    const ended = await until("the span of the last event", () => spans().find(({ name }) => name === "event ended"));
    const root = await callSpan(({ traceId }) => traceId === ended.traceId);
    expect(root).toMatchObject({
      parent: null,
      kind: SERVER,
      attributes: { "strowger.script": "main", "strowger.call.result": "answered", "sip.response.status_code": 200 },
      events: ["ringing", "answered"],
    });
    const own = spansOf(root.traceId);
    const event = own.find(({ name }) => name === "event invite");
    const operation = own.find(({ name }) => name === "web.fetch");
    expect(event).toMatchObject({
      parent: root.spanId,
      kind: INTERNAL,
      attributes: { "strowger.event.outcome": "returned" },
    });
    expect(ended.parent).toBe(root.spanId);
    expect(operation).toMatchObject({
      parent: event?.spanId,
      kind: CLIENT,
      attributes: {
        "http.request.method": "GET",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "http.response.status_code": 203,
      },
    });
    expect(traceparents).toEqual([`00-${root.traceId}-${operation?.spanId}-01`]);
    expect(root.end - root.start).toBeGreaterThan((operation?.end ?? 0) - (operation?.start ?? 0));
    expect(JSON.stringify(own)).not.toContain("49301234");
  });

  it("a fault is an error, and what it says is not told", async () => {
    const caller = await rawPhone(strowger, "caller");
    await strowger.deploy("main", script('  invite(call) { throw new Error(call.from.user ?? ""); },'));
    await expectRefusal(caller, invite(caller, "701"), 500);
    const root = await callSpan(({ attributes }) => attributes["sip.response.status_code"] === 500);
    expect(root).toMatchObject({ status: { code: ERROR }, attributes: { "error.type": "500" } });
    const event = spansOf(root.traceId).find(({ name }) => name === "event invite");
    expect(event).toMatchObject({ status: { code: ERROR }, attributes: { "error.type": "threw" } });
    expect(JSON.stringify(spansOf(root.traceId))).not.toContain("49301234");
  });

  it("an event that belongs to no call is a trace of its own", async () => {
    await strowger.deploy("web", script("  http() { return { status: 204 }; },"));
    await fetch(`${strowger.url}/x/web/`);
    const event = await until("the span of the event", () => spans().find(({ name }) => name === "event http"));
    expect(event).toMatchObject({ parent: null, attributes: { "strowger.script": "web" } });
  });
});
