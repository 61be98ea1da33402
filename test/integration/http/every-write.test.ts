import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RequestError } from "../../../runtime/base/errors.ts";
import type { ScriptData } from "../../../runtime/port/script-data.ts";
import { examplePath, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

/** Values for what a path may hold, where not everything is allowed. */
const EXAMPLES: Readonly<Record<string, string>> = {
  kind: "busy",
  key: "API_KEY",
  version: "1",
  path: "front-desk.ts",
};

/** Every key, secret and variable that is asked for is not there. */
const nothingKept = new Proxy({} as ScriptData, {
  get: () => new Proxy({}, { get: () => refuse }),
});

function refuse(): never {
  throw new RequestError("not-found", "There is none.");
}

describe("every write that the OpenAPI document describes", () => {
  let api: FakeSwitch;
  // biome-ignore lint/suspicious/noExplicitAny: the document is walked as it is.
  let document: any;

  beforeAll(async () => {
    api = await startFakeSwitch({ scriptData: nothingKept });
    document = (await api.send("GET", "/v1/openapi.json", { token: null })).body;
  });
  afterAll(() => api.close());

  function operations(...methods: readonly string[]) {
    return Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => methods.includes(method))
        .map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );
  }

  it("says which conditions it heeds", () => {
    for (const { path, operation } of operations("put", "patch", "delete")) {
      expect([path, headersOf(operation)]).toEqual([path, ["If-Match", "If-None-Match"]]);
    }
    for (const { path, operation } of operations("post")) {
      expect([path, headersOf(operation)]).toEqual([path, ["Idempotency-Key"]]);
    }
  });

  it("overwrites, changes and removes nothing whose ETag is another", async () => {
    const writes = operations("put", "patch", "delete");
    expect(writes.length).toBeGreaterThan(10);
    for (const { method, path, operation } of writes) {
      // The store of the keys heeds them itself, and here is none.
      if (path.endsWith("/kv/{key}")) continue;
      const answer = await api.send(method, filled(path), {
        ...bodyFor(operation),
        headers: { "If-Match": '"of-long-ago"', ...bodyFor(operation).headers },
      });
      expect([method, path, answer.status, answer.body?.code]).toEqual([method, path, 412, "precondition-failed"]);
    }
  });

  it("is done once for one Idempotency-Key, where it is a POST", async () => {
    const posts = operations("post");
    expect(posts.length).toBeGreaterThan(4);
    for (const [index, { path, operation }] of posts.entries()) {
      const headers = { "Idempotency-Key": `walk-${index}` };
      const first = await api.send("POST", filled(path), { json: { first: true }, headers });
      const same = await api.send("POST", filled(path), { json: { first: true }, headers });
      const other = await api.send("POST", filled(path), { json: { first: false }, headers });
      expect([path, same.status, same.text]).toEqual([path, first.status, first.text]);
      // Without a body it is the same request.
      if (operation.requestBody === undefined) continue;
      const [status, code] = first.status >= 500 ? [first.status, first.body.code] : [422, "idempotency-conflict"];
      expect([path, other.status, other.body?.code]).toEqual([path, status, code]);
    }
  });

  it("is in the audit log, done or refused, with who, what, whence, and nothing of its body", async () => {
    for (const { method, path, operation } of operations("put", "patch", "delete", "post")) {
      const before = api.audited.length;
      const body = operation.requestBody === undefined ? {} : { json: { hidden: "s3cret" } };
      const answer = await api.send(method, `${filled(path)}?password=s3cret`, body);
      expect([method, path, api.audited.length - before]).toEqual([method, path, 1]);
      const note = api.audited.at(-1);
      expect(note).toMatchObject({ actor: "admin", status: answer.status, source: "127.0.0.1", target: filled(path) });
      expect(note?.action.startsWith(`${method} /v1/`)).toBe(true);
      if (answer.status >= 400) expect(note?.problem).toBe(answer.body.code);
      expect(JSON.stringify(note)).not.toContain("s3cret");
    }
  });
});

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, unknown>> };
}

function headersOf({ parameters = [] }: Operation): string[] {
  return parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
}

/** A path as the document writes it, with something in its braces. */
function filled(path: string): string {
  const known = path.replace(/\{(\w+)\}/g, (whole, name: string) => EXAMPLES[name] ?? whole);
  return examplePath({ path: known } as Parameters<typeof examplePath>[0]);
}

function bodyFor({ requestBody }: Operation): { json?: unknown; body?: string; headers: Record<string, string> } {
  const media = Object.keys(requestBody?.content ?? {});
  if (media.length === 0) return { headers: {} };
  if (media.includes("text/typescript")) return { body: "export default {};", headers: {} };
  if (media.includes("application/json")) return { json: { versions: [{ version: 1, percent: 100 }] }, headers: {} };
  return { body: "x", headers: {} };
}
