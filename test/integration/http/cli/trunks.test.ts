import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeSwitch, startFakeSwitch } from "../fake-switch.ts";
import { type Ran, runStrowger } from "./run-strowger.ts";

describe("strowger trunks", () => {
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

  const run = (...args: readonly string[]): Promise<Ran> => runStrowger(args, { url: api.url, cwd: folder });

  it("adds one of options, lists it, shows it without its password, and removes it", async () => {
    const added = await run(
      ...["trunks", "add", "carrier", "sip:gw.example.net", "--username", "me", "--password", "s3cret-s3cret"],
      ...["--register", "--number", "+49*", "+43*", "--from", "192.0.2.0/24"],
    );
    expect([added.code, added.stdout]).toEqual([0, "carrier is trunk number 1.\n"]);
    const listed = await run("trunks");
    expect(listed.stdout).toMatch(
      /^NAME +STATE +GATEWAYS +REGISTERED +CALLS +FROM CONFIG\ncarrier +up +1 of 1 +- +0 +-$/m,
    );
    const shown = await run("trunks", "show", "carrier", "--json");
    expect(JSON.parse(shown.stdout).declaration).toEqual({
      uri: "sip:gw.example.net",
      username: "me",
      register: true,
      numbers: ["+49*", "+43*"],
      from: ["192.0.2.0/24"],
    });
    expect((await run("trunks", "show", "carrier")).stdout).toMatch(
      /gateway sip:gw\.example\.net: unknown\npassword: set/,
    );
    expect(listed.stdout + shown.stdout).not.toContain("s3cret");
    expect((await run("trunks", "add", "carrier", "sip:other.example.net")).code).toBe(4);
    expect((await run("trunks", "remove", "carrier")).code).toBe(0);
    expect((await run("trunks", "remove", "carrier")).code).toBe(1);
    expect((await run("trunks", "list", "--json")).stdout).toBe("[]\n");
  });

  it("adds one of a file, as strowger.yaml would have it, and says which file is none", async () => {
    await writeFile(join(folder, "carrier.yaml"), "uri: sip:gw.example.net\nlimits: { calls: 30 }\n");
    const added = await run("trunks", "add", "carrier", "--file", "carrier.yaml", "--json");
    expect(JSON.parse(added.stdout).declaration).toEqual({ uri: "sip:gw.example.net", limits: { calls: 30 } });
    const missing = await run("trunks", "add", "other", "--file", "nowhere.yaml");
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining("no file nowhere.yaml")]);
  });
});
