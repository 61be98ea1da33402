import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { jsonSchema } from "../../../runtime/contract/json-schema.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { repoRoot } from "../../helpers/repo-root.ts";
import { inviteScript, script } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { Model } from "./model.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const DESK = script(`
  invite(call) {
    console.log("asked for " + call.to.user);
    return call.to.user === "100" ? forward("alice", { ringSeconds: 20 }) : reject(486);
  },`);

describe("strowger mcp", () => {
  it("says what it is, what there is to do, and what changes something", async () => {
    const { model, welcome } = await Model.open(strowger.url, strowger.token);
    expect(welcome).toMatchObject({
      protocolVersion: "2025-06-18",
      serverInfo: { name: "strowger" },
      capabilities: { tools: {}, resources: {} },
      instructions: expect.stringContaining("strowger://llms.txt"),
    });
    const { tools } = await model.ask("tools/list");
    const effects = Object.fromEntries(
      // biome-ignore lint/suspicious/noExplicitAny: as it is listed.
      tools.map(({ name, annotations }: any) => [name, [annotations.readOnlyHint, annotations.destructiveHint]]),
    );
    expect(effects).toEqual({
      list_scripts: [true, false],
      get_script: [true, false],
      check_script: [true, false],
      upload_script: [false, false],
      simulate_script: [true, false],
      deploy_script: [false, true],
      rollback_script: [false, true],
      read_logs: [true, false],
      list_calls: [true, false],
      call_timeline: [true, false],
    });
    const deploy = tools.find(({ name }: { name: string }) => name === "deploy_script");
    expect(deploy.inputSchema.required).toEqual(expect.arrayContaining(["script", "versions", "confirm"]));
    expect(await model.ask("ping")).toEqual({});
    model.hangUp();
    expect(await model.exited).toBe(0);
    expect(model.others).toEqual([]);
  });

  it("gives docs, schemas, the sdk and examples to read", async () => {
    const { model } = await Model.open(strowger.url, strowger.token);
    const { resources } = await model.ask("resources/list");
    const uris: string[] = resources.map(({ uri }: { uri: string }) => uri);
    const read = async (uri: string): Promise<string> => (await model.ask("resources/read", { uri })).contents[0].text;
    expect(await read("strowger://llms.txt")).toContain("- `forward(");
    expect(JSON.parse(await read("strowger://schemas/plan.json"))).toEqual(
      JSON.parse(JSON.stringify(jsonSchema("plan"))),
    );
    for (const [uri, file] of [
      ["strowger://sdk/decisions.ts", "sdk/decisions.ts"],
      ["strowger://sdk/globals.d.ts", "sdk/globals.d.ts"],
      ["strowger://scripts/front-desk.ts", "scripts/front-desk.ts"],
    ] as const) {
      expect(uris).toContain(uri);
      expect(await read(uri)).toBe(readFileSync(join(repoRoot, file), "utf8"));
    }
    await expect(read("strowger://sdk/../package.json")).rejects.toThrow(/not found/i);
  });

  it("takes a script from its text to a call, and back", async () => {
    const { model } = await Model.open(strowger.url, strowger.token);
    await strowger.deploy("main", inviteScript("reject(480)"));
    const checked = await model.data("check_script", { script: "main", source: DESK });
    expect(checked).toMatchObject({ handlers: ["invite"], diagnostics: [] });
    const stored = await model.data("upload_script", { script: "main", source: DESK, message: "by a model" });
    expect(stored).toMatchObject({ script: "main", version: 2, message: "by a model" });

    const simulated = await model.data("simulate_script", {
      script: "main",
      version: 2,
      event: { type: "invite" },
      call: { to: "100" },
    });
    expect(simulated).toMatchObject({
      outcome: "returned",
      decision: [{ type: "forward", targets: ["alice"], ringSeconds: 20 }],
      logs: [{ text: "asked for 100" }],
    });
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "700"), 480);

    const versions = [{ version: 2, percent: 100 }];
    const unasked = await model.call("deploy_script", { script: "main", versions });
    expect(unasked).toMatchObject({ isError: true, text: expect.stringContaining("confirm") });
    await model.data("deploy_script", { script: "main", versions, confirm: true });
    await expectRefusal(caller, invite(caller, "700"), 486);

    const logs = await model.data("read_logs", { script: "main", types: ["log"], limit: 1 });
    expect(logs).toMatchObject([{ type: "log", text: "asked for 700" }]);
    const ended = await until("the record of the call", async () => {
      const calls = await model.data("list_calls", { which: "ended" });
      return calls.find(({ version }: { version: number }) => version === 2);
    });
    expect(ended).toMatchObject({ code: 486, script: "main" });
    const { text } = await model.call("call_timeline", { call: ended.id });
    expect(text).toContain("INVITE");
    expect(text).toContain("486");

    const { files, entry } = await model.data("get_script", { script: "main" });
    expect(files[entry]).toBe(DESK);
    await model.data("rollback_script", { script: "main", confirm: true });
    await expectRefusal(caller, invite(caller, "700"), 480);
    expect(await model.data("list_scripts")).toMatchObject([{ name: "default" }, { name: "main", latest: 2 }]);
  });

  it("tells a model what is wrong, and where, and lets it go on", async () => {
    const { model } = await Model.open(strowger.url, strowger.token);
    const source = script("  invite: () => reject('404'),");
    const refused = await model.call("check_script", { script: "wrong", source });
    expect(refused.isError).toBe(true);
    expect(refused.text).toMatch(/wrong\.ts:4:\d+: error: .*string.*number/);
    expect(await model.call("get_script", { script: "nothing" })).toMatchObject({ isError: true });
    const both = await model.call("check_script", { script: "both", source, files: {} });
    expect(both).toMatchObject({ isError: true, text: expect.stringContaining("either") });
    await expect(model.ask("tools/call", { name: "format_disk", arguments: {} })).rejects.toThrow(/format_disk/);
    expect((await model.call("list_calls")).text).toBe("[]");
  });

  it("may do what the token may, and no more", async () => {
    const made = await strowger.api("POST", "/v1/tokens", { name: "reader", scopes: ["scripts:read"] });
    const { model } = await Model.open(strowger.url, made.body.secret);
    expect((await model.call("list_scripts")).isError).toBe(false);
    const refused = await model.call("upload_script", { script: "main", source: DESK });
    expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("scripts:write") });
    const { model: nobody } = await Model.open(strowger.url, "not-a-token");
    expect(await nobody.call("list_scripts")).toMatchObject({
      isError: true,
      text: expect.stringContaining("STROWGER_TOKEN"),
    });
  });
});
