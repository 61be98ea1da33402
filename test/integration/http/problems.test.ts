import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ConfigError, InvariantError, StorageError } from "../../../runtime/base/errors.ts";
import type { Log, LogFields } from "../../../runtime/base/log.ts";
import { createHttpServer } from "../../../runtime/http/server.ts";
import { type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("what goes wrong (RFC 9457)", () => {
  let api: FakeSwitch;
  const logged: { text: string; fields: LogFields | undefined }[] = [];
  const log: Log = { debug() {}, info() {}, warn() {}, error: (text, fields) => logged.push({ text, fields }) };
  let metrics: () => Promise<string> = async () => "";
  let reload: () => Promise<{ warnings: readonly string[] }> = async () => ({ warnings: [] });

  beforeAll(async () => {
    api = await startFakeSwitch({ log, metrics: () => metrics(), reload: () => reload() });
  });
  afterAll(() => api.close());

  it("names a path that is not there", async () => {
    const answer = await api.send("GET", "/v2/everything");
    expect(answer.body).toMatchObject({ status: 404, code: "not-found", type: "urn:strowger:problem:not-found" });
    expect(answer.body.instance).toMatch(/^urn:strowger:request:/);
  });

  it("names the methods of a path", async () => {
    const answer = await api.send("PATCH", "/v1/users/alice");
    expect(answer.status).toBe(405);
    expect(answer.headers.get("allow")).toBe("GET, PUT, DELETE");
  });

  it.each([
    ["JSON that is none", "PUT", "/v1/users/alice", '{"password": ', 400, "invalid-request"],
    ["JSON of the wrong shape", "PUT", "/v1/users/alice", '{"password": 5}', 400, "invalid-request"],
    ["a field nobody knows", "PUT", "/v1/users/alice", '{"pasword": "secret123"}', 400, "invalid-request"],
    [
      "JSON larger than 256 KB",
      "PUT",
      "/v1/users/alice",
      `{"password":"${"x".repeat(256 * 1024)}"}`,
      413,
      "request-too-large",
    ],
    [
      "a script larger than 1.5 MB",
      "PUT",
      "/v1/scripts/front-desk",
      "x".repeat(1536 * 1024 + 1),
      413,
      "request-too-large",
    ],
    ["an empty script", "PUT", "/v1/scripts/front-desk", "  \n", 400, "invalid-request"],
    ["a script with a bad name", "PUT", "/v1/scripts/-x", "export default {}", 400, "invalid-request"],
    ["a query nobody knows", "GET", "/v1/calls?limits=5", undefined, 400, "invalid-request"],
    ["a query said twice", "GET", "/v1/calls?limit=5&limit=6", undefined, 400, "invalid-request"],
    ["a limit out of bounds", "GET", "/v1/calls?limit=100000", undefined, 400, "invalid-request"],
    ["a cursor of somebody else", "GET", "/v1/calls?cursor=%21%21", undefined, 400, "invalid-request"],
    ["a path that cannot be decoded", "GET", "/v1/users/%zz", undefined, 400, "invalid-request"],
    ["a prototype for a query", "GET", "/v1/calls?__proto__=1", undefined, 400, "invalid-request"],
  ])("refuses %s", async (_title, method, path, body, status, code) => {
    const answer = await api.send(method, path, body === undefined ? {} : { body });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail.length).toBeGreaterThan(10);
  });

  it("refuses a body that is not what it says, and tells what to send", async () => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    const script = await api.send("PUT", "/v1/scripts/front-desk", { body: "x=1", headers: form });
    expect(script.status).toBe(415);
    expect(script.body.detail).toContain("curl -T");
    expect((await api.send("PUT", "/v1/users/alice", { body: "x=1", headers: form })).status).toBe(415);
    const zipped = await api.send("PUT", "/v1/users/alice", { body: "x", headers: { "Content-Encoding": "gzip" } });
    expect(zipped.status).toBe(415);
    const latin1 = await api.send("PUT", "/v1/scripts/front-desk", { body: new Uint8Array([0x2f, 0x2f, 0xe4]) });
    expect(latin1.body.detail).toContain("UTF-8");
  });

  it("lists every field that is wrong", async () => {
    const answer = await api.send("PUT", "/v1/users/alice", { json: { password: "x", extension: 5 } });
    expect(answer.body.errors.map(({ path }: { path: string }) => path)).toEqual(["password", "extension"]);
  });

  it("keeps a fault of its own to its log, under the name that the client got", async () => {
    for (const error of [new Error("the secret is hunter2"), new InvariantError("leg hunter2 is gone")]) {
      logged.length = 0;
      metrics = () => Promise.reject(error);
      const answer = await api.send("GET", "/metrics");
      expect([answer.status, answer.body.code]).toEqual([500, "internal-error"]);
      expect(answer.text).not.toMatch(/hunter2|\.ts/);
      expect(logged).toMatchObject([{ fields: { error, instance: answer.body.instance } }]);
    }
  });

  it("asks for patience while the store is away", async () => {
    metrics = () => Promise.reject(new StorageError("store-unavailable", "The disk is full."));
    const answer = await api.send("GET", "/metrics");
    expect([answer.status, answer.body.detail]).toEqual([503, "The disk is full."]);
    expect(answer.headers.get("retry-after")).toBe("5");
  });

  it("lists what is wrong with the configuration on a reload", async () => {
    const diagnostic = {
      file: "strowger.yaml",
      line: 3,
      column: 7,
      code: "unknown-key",
      severity: "error",
      message: "no such key",
    } as const;
    reload = () => Promise.reject(new ConfigError("config-invalid", "strowger.yaml has 1 problem.", [diagnostic]));
    const answer = await api.send("POST", "/v1/reload");
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual([diagnostic]);
  });

  it("answers even what is no HTTP, and what has too large a header", async () => {
    const { port } = new URL(api.url);
    const send = async (request: string) => {
      const socket = connect(Number(port), "127.0.0.1");
      socket.write(request);
      return await text(socket);
    };
    expect(await send("INVITE sip:bob@example.com SIP/2.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 400 [\s\S]*problem\+json/);
    expect(await send(`GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 413 [\s\S]*request-too-large/,
    );
  });

  it("gives nothing away in its headers", async () => {
    const { headers } = await api.send("GET", "/v1/calls");
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it("tells when its port is taken", async () => {
    const at = { host: "127.0.0.1", port: Number(new URL(api.url).port) };
    // Nothing is asked of this server: it does not get as far as a request.
    const second = createHttpServer({ log, console: api.console } as Parameters<typeof createHttpServer>[0]);
    await expect(second.listen(at)).rejects.toMatchObject({ name: "ConfigError", code: "port-in-use" });
  });
});
