import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { startSwitch } from "../../helpers/switch.ts";
import type { Tail } from "../../helpers/tail.ts";
import { until } from "../../helpers/until.ts";

/** A busy machine takes its time. */
const RESTART_MS = 20_000;
const SECRET = "hunter22-is-the-secret";
const strowger = await startSwitch({ scripts: { main: { env: { OPENS: "9" } } } });
afterAll(() => strowger.stop());

const tails: Tail[] = [];
// Before the switch is killed in another test.
afterEach(() => {
  for (const tail of tails.splice(0)) tail.close();
});

async function tailOf(script: string): Promise<Tail> {
  const tail = await strowger.tail(script);
  tails.push(tail);
  return tail;
}

const SCRIPT = `
import { env, kv, reject, secrets, type Script } from "strowger";
const { OPENS, CLOSES } = env;
if (CLOSES === undefined) throw new Error("CLOSES is not set");
export default {
  async invite(call) {
    const key = await secrets.get("KEY");
    const count = await kv.increment("calls", 1);
    console.log("call", count, OPENS, CLOSES, key.length, key);
    if (call.to.user === "fails") throw new Error("with " + key);
    if (call.to.user === "wrong") return { type: key } as never;
    return reject(486, { headers: { "X-Count": String(count) } });
  },
} satisfies Script;`;

const upload = (secrets?: object) =>
  strowger.api("PUT", "/v1/scripts/main", { entry: "main.ts", files: { "main.ts": SCRIPT }, secrets });

/** Calls, and gives what the script has counted. */
async function countOf(phone: RawPhone): Promise<string | undefined> {
  return (await expectRefusal(phone, invite(phone, "700"), 486)).header("X-Count");
}

/** All that lies in the data folder. */
function kept(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name)).toString("latin1")).join("\n");
}

describe("What a script keeps", () => {
  it("is there for every call: keys, variables, secrets that came with the upload", async () => {
    const early = await upload({ KEY: SECRET });
    expect(early.status).toBe(422);
    expect(early.body.errors[0]).toMatchObject({ code: "load-error", line: 4 });
    expect(early.body.errors[0].message).toContain("CLOSES is not set");
    expect((await strowger.api("GET", "/v1/scripts/main/secrets")).body.items).toEqual([]);

    await strowger.api("PUT", "/v1/scripts/main/env", { variables: { CLOSES: "17" } });
    expect((await upload({ KEY: SECRET })).status).toBe(201);
    expect((await strowger.api("GET", "/v1/scripts/main/secrets")).body.items).toMatchObject([
      { name: "KEY", version: 1 },
    ]);
    const tail = await tailOf("main");
    const phone = await rawPhone(strowger, "caller");
    expect([await countOf(phone), await countOf(phone)]).toEqual(["1", "2"]);
    await tail.line(`call 2 9 17 ${SECRET.length} ***`);
    expect((await strowger.api("GET", "/v1/scripts/main/kv/calls")).body).toBe(2);

    await strowger.api("PUT", "/v1/scripts/main/env", { variables: { CLOSES: "18" } });
    await strowger.api("PUT", "/v1/scripts/main/secrets/KEY", { value: `${SECRET}-2` });
    await countOf(phone);
    await tail.line(`call 3 9 18 ${SECRET.length + 2} ***`);
  });

  it("changes with the configuration, without a word of the API", async () => {
    const text = readFileSync(strowger.configFile, "utf8");
    writeFileSync(strowger.configFile, text.replace('"OPENS": "9"', '"OPENS": "10"'));
    expect((await strowger.api("POST", "/v1/reload")).status).toBe(200);
    const tail = await tailOf("main");
    await countOf(await rawPhone(strowger, "caller"));
    await tail.line(`call 4 10 18 ${SECRET.length + 2} ***`);
  });

  it("is told of nowhere where it is secret: not in the tail, the log, the API, nor in any file", async () => {
    const tail = await tailOf("main");
    const phone = await rawPhone(strowger, "caller");
    await expectRefusal(phone, invite(phone, "fails"), 500);
    expect((await tail.fault()).message).toBe("Error: with ***");
    await expectRefusal(phone, invite(phone, "wrong"), 500);
    await tail.entry("a wrong decision", ({ fault }) => fault?.reason === "invalid-decision");
    const answers = await Promise.all(
      ["secrets", "kv", "env", "versions", "deployments", "deployment"].map(
        async (path) => (await strowger.api("GET", `/v1/scripts/main/${path}`)).body,
      ),
    );
    const { items: cdrs } = (await strowger.api("GET", "/v1/cdrs?limit=2")).body;
    for (const { id } of cdrs) answers.push((await strowger.api("GET", `/v1/calls/${id}/timeline`)).body);
    expect(JSON.stringify(answers)).toContain("secrets.get");
    const told = [JSON.stringify(tail.entries), strowger.log(), JSON.stringify(answers)];
    for (const text of told) expect(text).not.toContain("hunter22");
    expect(kept(join(strowger.folder, "data"))).not.toContain("hunter22");
    expect(kept(join(strowger.folder, "data"))).toContain("calls");
    expect(statSync(join(strowger.folder, "data", "secret.key")).mode & 0o777).toBe(0o600);
  });

  it("is there again after the switch was killed just when it had said that it is written", async () => {
    const put = await strowger.api("PUT", "/v1/scripts/main/kv/told", { at: 1 });
    expect(put.status).toBe(204);
    const child = () => descendantsOf(strowger.pid).find(({ command }) => command.includes("switch-process"))?.pid;
    const first = child() ?? 0;
    process.kill(first, "SIGKILL");
    await until("another process of the switch", () => child() !== undefined && child() !== first, RESTART_MS);
    await until(
      "the switch",
      async () => (await fetch(`${strowger.url}/readyz`).catch(() => null))?.status === 200,
      RESTART_MS,
    );
    expect((await strowger.api("GET", "/v1/scripts/main/kv/told")).body).toEqual({ at: 1 });
    const count = (await strowger.api("GET", "/v1/scripts/main/kv/calls")).body;
    expect(await countOf(await rawPhone(strowger, "caller"))).toBe(String(count + 1));
  });

  it("is left alone by a rollback", async () => {
    const changed = SCRIPT.replace('"X-Count"', '"X-Counted"');
    await strowger.api("PUT", "/v1/scripts/main", {
      entry: "main.ts",
      files: { "main.ts": changed },
      secrets: { KEY: "another-secret" },
    });
    expect((await strowger.api("POST", "/v1/scripts/main/rollback", {})).status).toBe(201);
    const tail = await tailOf("main");
    const count = await countOf(await rawPhone(strowger, "caller"));
    await tail.line(`call ${count} 10 18 ${"another-secret".length} ***`);
  });
});
