import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runStrowger } from "./run-strowger.ts";

const SCRIPT = `
import { forward, kv, reject, type Script, voicemail } from "strowger";
import { OPEN } from "./times.ts";

export default {
  async invite(call) {
    if ((await kv.get("closed")) === true) return reject(480);
    if (new Date().getUTCHours() < OPEN) throw new Error("nobody is up");
    console.log("for", call.to.user);
    return [forward("alice", { ringSeconds: 20 }), voicemail("alice")];
  },
} satisfies Script;
`;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "strowger-simulate-"));
  writeFileSync(join(folder, "desk.ts"), SCRIPT);
  writeFileSync(join(folder, "times.ts"), "export const OPEN: number = 8;\n");
  writeFileSync(join(folder, "broken.ts"), "export default {");
  writeFileSync(join(folder, "empty.ts"), "export const invite = 1;\n");
});

afterAll(() => rmSync(folder, { recursive: true }));

const simulate = (...args: string[]) => runStrowger(["simulate", ...args], { cwd: folder });
const AT_NOON = ["--now", "2026-11-26 12:00"];

describe("strowger simulate", () => {
  it("walks through a call of a script that lies anywhere, and prints what happens", async () => {
    const flags = ["--to", "100", "--from", "bob", ...AT_NOON, "--answer", "alice", "--after", "3"];
    const { code, stdout, stderr } = await simulate("desk.ts", ...flags);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const part of [
      /\* bob calls 100\n/,
      /event invite\n/,
      /kv\.get\(\{"key":"closed"\}\)\n/,
      /console\.info: for 100\n/,
      /invite returned \[forward\("alice", \{ ringSeconds: 20 \}\), voicemail\("alice"\)\]\n/,
      /SIP switch -> alice {2}INVITE sip:alice@/,
      / {4}3\.\d+ s {2}\* alice answers\n/,
      /The call is over: answered \(200 OK\), 10\.\d s, ended by caller; tried: alice 200\.\n$/,
    ]) {
      expect(stdout).toMatch(part);
    }
  });

  it("gives all of it as JSON", async () => {
    const { stdout } = await simulate("desk.ts", "--to", "100", ...AT_NOON, "--kv", "closed=true", "--json");
    expect(JSON.parse(stdout)).toMatchObject({
      code: 480,
      cdr: { result: "failed" },
      decisions: [{ event: "invite", returned: { type: "reject", code: 480 } }],
      kv: { closed: true },
      timeline: expect.arrayContaining([expect.objectContaining({ type: "event" })]),
    });
  });

  it("ends with 1 where the script fails, and says where", async () => {
    const { code, stdout, stderr } = await simulate("desk.ts", "--to", "100", "--now", "2026-11-26 06:00");
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAULT in invite: threw: Error: nobody is up \(.*desk\.ts:8:\d+\)/);
    expect(stderr).toContain("the script has failed 1 times");
  });

  it("ends with 1 where what is to happen does not", async () => {
    const { code, stderr } = await simulate("desk.ts", "--to", "100", ...AT_NOON, "--answer", "bob");
    expect([code, stderr]).toEqual([1, expect.stringContaining('the phone of "bob" rings; but the call is over')]);
  });

  it("ends with 3 for what is no script, and with 2 for what it does not understand", async () => {
    const broken = await simulate("broken.ts", "--to", "100");
    expect([broken.code, broken.stderr]).toEqual([3, expect.stringContaining("broken.ts cannot be loaded")]);
    expect((await simulate("empty.ts", "--to", "1")).stderr).toContain("has no default export with handlers");
    expect((await simulate("desk.ts")).code).toBe(2);
    expect((await simulate("desk.ts", "--to", "1", "--after", "soon")).code).toBe(2);
  });
});
