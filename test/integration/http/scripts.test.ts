import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ADMIN, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

const SOURCE = 'export default { invite: () => ({ type: "reject", code: 404 }) };\n';

describe("scripts over HTTP", () => {
  let api: FakeSwitch;

  beforeEach(async () => {
    api = await startFakeSwitch();
  });
  afterEach(() => api.close());

  it("deploys a bare script in one request", async () => {
    const answer = await api.send("PUT", "/v1/scripts/front-desk?message=first", { body: SOURCE });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      name: "front-desk",
      version: 1,
      sha256: "0".repeat(64),
      handlers: ["invite"],
      diagnostics: [],
      live: [{ version: 1, percent: 100 }],
    });
    expect(api.deployments.uploads).toMatchObject([
      { entry: "front-desk.ts", files: { "front-desk.ts": SOURCE }, author: "admin", message: "first" },
    ]);
    expect(api.deployments.live.get("front-desk")).toMatchObject([{ id: 1, versions: [{ version: 1, percent: 100 }] }]);
  });

  it("deploys with curl -T", async () => {
    const folder = await mkdtemp(join(tmpdir(), "strowger-"));
    await writeFile(join(folder, "front-desk.ts"), SOURCE);
    const url = `${api.url}/v1/scripts/front-desk`;
    const curl = ["-sS", "-T", join(folder, "front-desk.ts"), "-H", `Authorization: Bearer ${ADMIN}`, url];
    const { stdout } = await promisify(execFile)("curl", curl);
    expect(JSON.parse(stdout)).toMatchObject({ name: "front-desk", version: 1 });
    await rm(folder, { recursive: true });
  });

  it.each([
    ["text/typescript", "front-desk.ts"],
    ["application/typescript; charset=utf-8", "front-desk.ts"],
    ["application/octet-stream", "front-desk.ts"],
    ["text/javascript", "front-desk.js"],
  ])("takes a body of type %s for the file %s", async (type, file) => {
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE, headers: { "Content-Type": type } });
    expect(api.deployments.uploads[0]?.entry).toBe(file);
  });

  it("deploys several files as JSON", async () => {
    const files = { "main.ts": 'import "./lib/table.ts";', "lib/table.ts": "export {};" };
    const json = { entry: "main.ts", files, message: "two files", tag: "spring" };
    expect((await api.send("PUT", "/v1/scripts/front-desk", { json })).status).toBe(201);
    expect(api.deployments.uploads).toMatchObject([{ ...json, author: "admin" }]);
    const file = await api.send("GET", "/v1/scripts/front-desk/versions/spring/files/lib/table.ts");
    expect(file.text).toBe("export {};");
    expect(file.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  });

  it("says where a script does not compile", async () => {
    const answer = await api.send("PUT", "/v1/scripts/front-desk", { body: "const a = 1;\nlet SYNTAX" });
    expect(answer.status).toBe(422);
    expect(answer.body.code).toBe("script-does-not-compile");
    expect(answer.body.errors).toEqual([
      { file: "front-desk.ts", line: 2, column: 5, code: "syntax", severity: "error", message: "not a word" },
    ]);
    expect(api.deployments.live.size).toBe(0);
  });

  it("stores without activating, and on a dry run stores nothing", async () => {
    const dry = await api.send("POST", "/v1/scripts/front-desk/versions?dryRun=1", { body: SOURCE });
    expect(dry.body).toEqual({ handlers: ["invite"], diagnostics: [] });
    expect(api.deployments.stored.size).toBe(0);
    const stored = await api.send("POST", "/v1/scripts/front-desk/versions?tag=spring", { body: SOURCE });
    expect(stored.status).toBe(201);
    expect(stored.headers.get("location")).toBe("/v1/scripts/front-desk/versions/1");
    expect(api.deployments.live.size).toBe(0);
    await api.send("POST", "/v1/scripts/front-desk/versions?deploy=1", { body: SOURCE });
    expect(api.deployments.live.get("front-desk")?.[0]?.versions).toEqual([{ version: 2, percent: 100 }]);
  });

  it("finds a version by number, tag and word", async () => {
    await api.send("PUT", "/v1/scripts/front-desk?tag=spring", { body: SOURCE });
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    const versions = ["1", "spring", "latest"].map((selector) => `/v1/scripts/front-desk/versions/${selector}`);
    const answers = await Promise.all(versions.map((path) => api.send("GET", path)));
    expect(answers.map(({ body }) => body.version)).toEqual([1, 1, 2]);
    expect((await api.send("GET", "/v1/scripts/front-desk/versions/7")).body.code).toBe("not-found");
  });

  it("lists versions newest first, page by page", async () => {
    for (let version = 1; version <= 12; version++) await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    const first = await api.send("GET", "/v1/scripts/front-desk/versions?limit=5");
    const second = await api.send("GET", `/v1/scripts/front-desk/versions?limit=5&cursor=${first.body.next}`);
    const third = await api.send("GET", `/v1/scripts/front-desk/versions?limit=5&cursor=${second.body.next}`);
    const seen = [first, second, third].flatMap(({ body }) =>
      body.items.map((item: { version: number }) => item.version),
    );
    expect(seen).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    expect(third.body.next).toBeNull();
  });

  it("splits calls between versions only for who has seen the deployment there is", async () => {
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    await api.send("POST", "/v1/scripts/front-desk/versions", { body: SOURCE });
    const path = "/v1/scripts/front-desk/deployment";
    const json = {
      versions: [
        { version: "latest", percent: 10 },
        { version: 1, percent: 90 },
      ],
    };
    const etag = (await api.send("GET", path)).headers.get("etag") ?? "";
    expect(etag).toBe('"1"');
    expect((await api.send("PUT", path, { json })).status).toBe(428);
    expect((await api.send("PUT", path, { json, headers: { "If-Match": '"9"' } })).status).toBe(412);
    expect((await api.send("PUT", path, { json, headers: { "If-Match": "W/1" } })).status).toBe(412);
    const done = await api.send("PUT", path, { json, headers: { "If-Match": etag } });
    expect(done.body.versions).toEqual([
      { version: 2, percent: 10 },
      { version: 1, percent: 90 },
    ]);
    expect(done.headers.get("etag")).toBe('"2"');
    expect((await api.send("PUT", path, { json, headers: { "If-Match": "*" } })).status).toBe(200);
  });

  it("refuses a split that does not add up", async () => {
    const json = { versions: [{ version: 1, percent: 10 }] };
    const headers = { "If-Match": "*" };
    const answer = await api.send("PUT", "/v1/scripts/front-desk/deployment", { json, headers });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toEqual([{ path: "versions", message: "the percents must add up to 100" }]);
  });

  it("goes back to the deployment before, with or without a body", async () => {
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    const nothing = await api.send("POST", "/v1/scripts/front-desk/rollback");
    expect(nothing.status).toBe(409);
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    const back = await api.send("POST", "/v1/scripts/front-desk/rollback", { json: { message: "calls failed" } });
    expect(back.status).toBe(201);
    expect(back.body).toMatchObject({
      reason: "rollback",
      message: "calls failed",
      versions: [{ version: 1, percent: 100 }],
    });
    const to = await api.send("POST", "/v1/scripts/front-desk/rollback", { json: { to: "2" } });
    expect(to.body.versions).toEqual([{ version: 2, percent: 100 }]);
    const history = await api.send("GET", "/v1/scripts/front-desk/deployments");
    expect(history.body.items.map(({ id }: { id: number }) => id)).toEqual([4, 3, 2, 1]);
  });

  it("removes a script", async () => {
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    expect((await api.send("GET", "/v1/scripts/front-desk")).body.latest).toBe(1);
    expect((await api.send("DELETE", "/v1/scripts/front-desk")).status).toBe(204);
    expect((await api.send("GET", "/v1/scripts/front-desk")).status).toBe(404);
  });

  it("reads again only what has changed", async () => {
    await api.send("PUT", "/v1/scripts/front-desk", { body: SOURCE });
    const path = "/v1/scripts/front-desk/versions/1";
    const etag = (await api.send("GET", path)).headers.get("etag") ?? "";
    const again = await api.send("GET", path, { headers: { "If-None-Match": `"other", ${etag}` } });
    expect([again.status, again.text]).toEqual([304, ""]);
  });
});
