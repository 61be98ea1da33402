import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rawPhone } from "../../helpers/phones.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { timelineOf } from "../../helpers/timeline.ts";
import { until } from "../../helpers/until.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";

const SECRET = "s3cr3t-of-the-crm";
const PIN = "48151623";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

/** Depends on the time, on chance, on what it remembers, on operations and a secret. */
const source = (code: string, more = "") => `
import { reject, secrets, voicemail, type Script } from "strowger";
export default {
  async invite(call) {
    const [counts, key] = await Promise.all([voicemail.counts("alice"), secrets.get("CRM")]);
    await voicemail.checkPin("alice", "${PIN}");
    ${more}
    call.state = { at: Date.now(), dice: Math.random(), id: crypto.randomUUID() };
    console.log("key", key);
    return reject(${code}, { headers: { "X-Dice": String(Math.random()), "X-New": String(counts.new), "X-Key": key } });
  },
  ended(call) { if (typeof call.state.dice !== "number") throw new Error("forgotten"); },
} satisfies Script;
`;

async function version(text: string): Promise<number> {
  const headers = { "content-type": "text/typescript" };
  const answer = await strowger.api("POST", "/v1/scripts/main/versions", text, headers);
  if (answer.status !== 201) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body.version;
}

const replay = async (call: string, to: number) =>
  (await strowger.api("POST", `/v1/calls/${call}/replay`, { version: to })).body;

describe("A recorded call", () => {
  let call: string;
  let first: number;

  beforeAll(async () => {
    first = await strowger.deploy(
      "main",
      'import { reject } from "strowger"; export default { invite: () => reject(404) };',
    );
    const put = await strowger.api("PUT", "/v1/scripts/main/secrets/CRM", { value: SECRET });
    expect(put.status).toBeLessThan(300);
    first = await strowger.deploy("main", source("486"));
  });

  it("is made of everything that its script has seen", async () => {
    const caller = await rawPhone(strowger, "caller");
    const refusal = await expectRefusal(caller, invite(caller, "700"), 486);
    expect(refusal.text).toContain(`X-Key: ${SECRET}`);
    call = (await strowger.cdr(({ code }) => code === 486)).id;
    await timelineOf(strowger, call, ({ items }) =>
      items.some((item) => item.type === "decision" && item.handler === "ended"),
    );
  });

  it("runs again on its own version as it did", async () => {
    const same = await replay(call, first);
    expect(same).toMatchObject({ call, recordedVersion: first, version: first, result: "same", isComplete: true });
    expect(same.events).toMatchObject([
      { handler: "invite", result: "same", decision: [], operations: [], fault: null, state: [] },
      { handler: "ended", result: "same" },
    ]);
  });

  it("shows where another version decides otherwise", async () => {
    const other = await version(source("603"));
    const different = await replay(call, other);
    expect(different.result).toBe("different");
    expect(different.events[0]).toMatchObject({
      result: "different",
      decision: [{ path: "$[0].code", recorded: 486, replayed: 603 }],
      operations: [],
    });
    expect(different.events[1]).toMatchObject({ result: "same" });
  });

  it("runs again on a draft, which becomes no version", async () => {
    const draft = (text: string) => ({ draft: { entry: "main.ts", files: { "main.ts": text } } });
    const path = `/v1/calls/${call}/replay`;
    const { body: same } = await strowger.api("POST", path, draft(source("486")));
    expect(same).toMatchObject({ call, recordedVersion: first, version: null, result: "same" });
    const { body: other } = await strowger.api("POST", path, draft(source("604")));
    expect(other.events[0].decision).toEqual([{ path: "$[0].code", recorded: 486, replayed: 604 }]);
    const since = new Date(Date.now() - 600_000).toISOString();
    const { body: all } = await strowger.api("POST", "/v1/scripts/main/replay", { since, ...draft(source("604")) });
    expect(all).toMatchObject({ script: "main", version: null, calls: 1, different: 1 });
    const { body: versions } = await strowger.api("GET", "/v1/scripts/main/versions");
    expect(versions.items.map(({ version }: { version: number }) => version)).not.toContain(0);
    const broken = await strowger.api("POST", path, draft("export default {\n  invite( {"));
    expect([broken.status, broken.body.errors[0]]).toMatchObject([422, { file: "main.ts", line: 2 }]);
    const both = await strowger.api("POST", path, { version: first, ...draft(source("486")) });
    expect([both.status, both.body.errors[0].message]).toEqual([400, "a version or a draft"]);
  });

  it("needs scripts:write for a draft, and not for a version", async () => {
    const scopes = ["calls:read", "scripts:read"];
    const { secret } = (await strowger.api("POST", "/v1/tokens", { name: "reader", scopes })).body;
    const headers = { authorization: `Bearer ${secret}` };
    const path = `/v1/calls/${call}/replay`;
    const draft = { entry: "main.ts", files: { "main.ts": source("486") } };
    expect((await strowger.api("POST", path, { draft }, headers)).status).toBe(403);
    expect((await strowger.api("POST", path, { version: first }, headers)).status).toBe(200);
  });

  it("refuses operations that were not recorded, and names those that are missing", async () => {
    const asks = await version(source("486", 'await voicemail.messages("bob").catch(() => []);'));
    expect((await replay(call, asks)).events[0]).toMatchObject({
      result: "different",
      decision: [],
      operations: [{ type: "not-recorded", name: "voicemail.messages", args: { mailbox: "bob" } }],
    });
    const silent = await version('import { reject } from "strowger"; export default { invite: () => reject(486) };');
    const { operations } = (await replay(call, silent)).events[0];
    expect(operations.map((one: { type: string; name: string }) => `${one.type} ${one.name}`)).toEqual([
      "not-asked voicemail.counts",
      "not-asked secrets.get",
      "not-asked voicemail.checkPin",
    ]);
  });

  it("shows where another version fails", async () => {
    const broken = await version('export default { invite() { throw new Error("no"); } };');
    expect((await replay(call, broken)).events[0]).toMatchObject({
      result: "different",
      fault: { recorded: null, replayed: { reason: "threw", message: "Error: no" } },
    });
  });

  it("is replayed by a command whose exit code says whether all is the same", async () => {
    const options = { url: strowger.url, token: strowger.token, cwd: strowger.folder };
    const same = await runStrowger(["replay", call, "--version", String(first)], options);
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining(": same")]);
    const latest = await runStrowger(["replay", "--script", "main", "--since", "1h", "--version", "latest"], options);
    expect([latest.code, latest.stdout]).toEqual([1, expect.stringContaining("1 calls, 0 the same, 1 different")]);
    expect((await runStrowger(["replay", "--version", "1"], options)).code).toBe(2);
    expect((await runStrowger(["replay", call], options)).code).toBe(2);
    const file = join(strowger.folder, "main.ts");
    writeFileSync(file, source("603"));
    const draft = await runStrowger(["replay", call, "--draft", file], options);
    expect([draft.code, draft.stdout]).toEqual([1, expect.stringContaining("the draft now: different")]);
    writeFileSync(file, "export default {\n  invite( {");
    const broken = await runStrowger(["replay", call, "--draft", file], options);
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining("main.ts:2:")]);
    const shown = await runStrowger(["calls", "timeline", call], options);
    expect(shown.stdout).toMatch(/--- INVITE sip:700@example.test -+>\|/);
    expect(shown.stdout).toMatch(/\| voicemail.counts \{"mailbox":"alice"\} gave /);
  });

  it("is there after a restart", async () => {
    await strowger.restart();
    expect((await replay(call, first)).result).toBe("same");
    const since = new Date(Date.now() - 3_600_000).toISOString();
    const all = await strowger.api("POST", "/v1/scripts/main/replay", { version: first, since });
    expect(all.body).toMatchObject({ calls: 1, same: 1, different: 0, skipped: 0, isTruncated: false });
  });

  it("has no secret and no PIN in any answer or file", async () => {
    const folder = join(strowger.folder, "data", "journal");
    const files = await until("a file of the journal", () => {
      const names = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
      return names.length > 0 && names;
    });
    const texts = files.map((name) => readFileSync(join(folder, name), "utf8"));
    texts.push(JSON.stringify((await strowger.api("GET", `/v1/calls/${call}/timeline`)).body));
    texts.push(JSON.stringify(await replay(call, first)));
    expect(texts.join("\n")).toContain("voicemail.checkPin");
    for (const text of texts) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(PIN);
    }
  });
});
