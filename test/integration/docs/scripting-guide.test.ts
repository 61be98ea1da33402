import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { jsonSchema } from "../../../runtime/contract/json-schema.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";
import { startFakeSwitch } from "../http/fake-switch.ts";

describe("The guide to scripts", () => {
  it("has examples that compile, and whose test passes", async () => {
    const { stdout } = await runStrowger(["docs"], {});
    const [script = "", ...others] = [...stdout.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);
    const test = others.find((code) => code.includes("vitest")) ?? "";
    const folder = mkdtempSync(join(tmpdir(), "strowger-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, "desk.ts"), script);
    writeFileSync(join(folder, "desk.test.ts"), test);
    const checked = await runStrowger(["check", "desk.ts"], { cwd: folder });
    expect(checked).toMatchObject({ code: 0, stderr: "" });
    const tested = await runStrowger(["test"], { cwd: folder });
    expect(tested.code, tested.stdout + tested.stderr).toBe(0);
    expect(tested.stdout).toContain("1 passed");
  });

  it("is served to whoever asks, as the schemas are", async () => {
    const api = await startFakeSwitch();
    onTestFinished(() => api.close());
    const guide = await fetch(`${api.url}/llms.txt`);
    expect(guide.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(await guide.text()).toBe((await runStrowger(["docs"], {})).stdout);
    const { body } = await api.send("GET", "/v1/schemas", { token: null });
    expect(body.items.map(({ name }: { name: string }) => name)).toEqual(["decision", "plan", "events"]);
    for (const { name, url } of body.items) {
      const schema = await api.send("GET", url, { token: null });
      expect(schema).toMatchObject({ status: 200, body: JSON.parse(JSON.stringify(jsonSchema(name))) });
    }
    expect((await api.send("GET", "/v1/schemas/nothing.json", { token: null })).status).toBe(404);
  });
});

describe("strowger schema", () => {
  it("prints a schema, that of plans where none is named", async () => {
    const events = await runStrowger(["schema", "events"], {});
    expect(JSON.parse(events.stdout)).toEqual(JSON.parse(JSON.stringify(jsonSchema("events"))));
    const plan = await runStrowger(["schema"], {});
    expect(JSON.parse(plan.stdout)).toMatchObject({ title: "plan" });
    expect((await runStrowger(["schema", "nothing"], {})).code).toBe(2);
  });
});
