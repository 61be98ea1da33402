import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wavBytes } from "../../helpers/wav.ts";
import { runStrowger } from "../http/cli/run-strowger.ts";
import { type FakeSwitch, startFakeSwitch } from "../http/fake-switch.ts";
import { createWorld, DOMAIN, type World } from "./world.ts";

let world: World;
let api: FakeSwitch;

beforeEach(async () => {
  world = await createWorld();
  api = await startFakeSwitch({ mailboxes: world.boxes, domain: DOMAIN });
});
afterEach(async () => {
  await api.close();
  await world.remove();
});

const run = (...args: string[]) => runStrowger(["voicemail", ...args], { url: api.url, cwd: world.folder });

describe("strowger voicemail", () => {
  it("lists mailboxes and messages", async () => {
    const { id } = await world.leave();
    expect((await run()).stdout).toMatch(/^alice +1 +0 +- +- +-$/m);
    const messages = await run("messages", "alice", "--folder", "new");
    expect(messages.stdout).toMatch(new RegExp(`new +2 +sip:bob@example.com +Bob Öz +${id} +-$`, "m"));
    expect((await run("messages", "bob")).stdout).toBe("No messages.\n");
    expect(JSON.parse((await run("messages", "alice", "--json")).stdout)).toMatchObject([{ id, seconds: 2 }]);
    expect((await run("messages", "nobody")).code).toBe(1);
  });

  it("saves a recording, for its owner alone, over no other file, or writes it out", async () => {
    const { id } = await world.leave();
    expect((await run("fetch", "alice", id, "message.wav")).code).toBe(0);
    const file = join(world.folder, "message.wav");
    expect((await readFile(file)).equals(wavBytes(2))).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await writeFile(file, "mine");
    expect((await run("fetch", "alice", id, "message.wav")).code).toBe(1);
    expect(await readFile(file, "utf8")).toBe("mine");
    expect((await run("fetch", "alice", id, "-")).stdout).toMatch(/^RIFF/);
  });

  it("deletes, restores, copies and erases a message", async () => {
    const { id } = await world.leave();
    expect((await run("delete", "alice", id)).stdout).toBe(`${id} is deleted.\n`);
    expect((await run("restore", "alice", id)).stdout).toBe(`${id} is in saved.\n`);
    expect((await run("copy", "alice", id, "bob")).stdout).toMatch(/^bob has it as /);
    expect((await run("delete", "alice", id, "--erase")).code).toBe(0);
    expect([await world.ids("alice"), (await world.ids("bob")).length]).toEqual([[], 1]);
  });

  it("makes a PIN and prints it once, or takes one that is given and prints it not", async () => {
    const made = await run("pin", "alice");
    const pin = /PIN (\d{6}) /.exec(made.stdout)?.[1] ?? "";
    expect(await world.boxes.checkPin(DOMAIN, "alice", pin)).toBe("right");
    const given = await run("pin", "alice", "90817263", "--json");
    expect(given.stdout).not.toContain("90817263");
    expect(await world.boxes.checkPin(DOMAIN, "alice", "90817263")).toBe("right");
    expect((await run("pin", "alice", "12")).code).toBe(1);
    await run("pin", "alice", "--remove");
    expect(world.boxes.settings(DOMAIN, "alice")?.hasPin).toBe(false);
  });

  it("sets the address of the mails", async () => {
    expect((await run("email", "alice", "a@example.com")).code).toBe(0);
    expect(world.boxes.settings(DOMAIN, "alice")?.email).toBe("a@example.com");
    expect((await run("email", "alice")).code).toBe(2);
    expect((await run("email", "alice", "--remove")).code).toBe(0);
    expect(world.boxes.settings(DOMAIN, "alice")?.email).toBeNull();
  });

  it("sets, lists, saves and removes greetings", async () => {
    await writeFile(join(world.folder, "hello.wav"), wavBytes(1));
    expect((await run("greeting", "set", "alice", "busy", "hello.wav")).code).toBe(0);
    expect((await run("greeting", "alice")).stdout).toMatch(/^busy +yes$/m);
    expect((await run("greeting", "fetch", "alice", "busy", "again.wav")).code).toBe(0);
    expect((await readFile(join(world.folder, "again.wav"))).equals(wavBytes(1))).toBe(true);
    expect((await run("greeting", "remove", "alice", "busy")).code).toBe(0);
    expect((await run("greeting", "set", "alice", "busy", "not-there.wav")).code).toBe(2);
    expect(world.boxes.greeting(DOMAIN, "alice", "busy")).toBeNull();
  });
});
