import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { runStrowger } from "./run-strowger.ts";

describe("strowger message", () => {
  let api: FakeSwitch;
  let folder: string;
  beforeEach(async () => {
    api = await startFakeSwitch();
    folder = await mkdtemp(join(tmpdir(), "strowger-"));
  });
  afterEach(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });
  const run = (...args: string[]) => runStrowger(["message", ...args], { url: api.url, cwd: folder });

  it("sends one, and says what becomes of it", async () => {
    const sent = await run("send", "alice", "The door bell has rung", "--from", "bob");
    expect([sent.code, sent.stdout]).toEqual([0, "On its way to alice: m1\n"]);
    expect(api.texts).toEqual([
      { to: "alice", body: "The door bell has rung", from: "bob", contentType: "text/plain;charset=UTF-8" },
    ]);
    expect(JSON.parse((await run("send", "alice", "x", "--json")).stdout)).toEqual({ id: "m1", state: "queued" });
  });

  it("lists what waits for a user, and removes it", async () => {
    await api.send("PUT", "/v1/users/alice", { json: { password: "secret-1" } });
    const listed = await run("waiting", "alice");
    expect(listed.stdout).toMatch(/^FROM +SINCE +UNTIL +TYPE +BYTES\nsip:bob@example.com .* 5\n$/);
    expect((await run("clear", "alice")).stdout).toBe("1 removed\n");
    const nobody = await run("waiting", "nobody");
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining('There is no user "nobody"')]);
  });
});
