import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { RESERVED_BYTES } from "../../../runtime/media/voicemail/disk-room.ts";
import type { Store } from "../../../runtime/port/store.ts";
import { until } from "../../helpers/until.ts";
import { wavBytes } from "../../helpers/wav.ts";
import { BOB, createWorld, DOMAIN, type World, type WorldOptions } from "./world.ts";

const DAY_MS = 86_400_000;
const UNDECLARED = {
  enabled: true,
  pin: null,
  email: null,
  maxMessages: null,
  maxSeconds: null,
  retentionDays: null,
};

let world: World;

async function open(options: WorldOptions = {}): Promise<World> {
  world = await createWorld(options);
  return world;
}

afterEach(() => world.remove());

describe("a message", () => {
  it("is kept with who spoke, when and how long, and its audio as it was recorded", async () => {
    await open();
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(2.5));
    world.clock.advance(3_000);
    const message = await world.boxes.keep(deposit);
    expect(message).toEqual({
      id: deposit.id,
      domain: DOMAIN,
      mailbox: "alice",
      folder: "new",
      receivedAt: "2026-01-01T00:00:00.000Z",
      seconds: 2.5,
      ...BOB,
      transcript: null,
    });
    expect(await world.boxes.message(DOMAIN, "alice", deposit.id)).toEqual(message);
    const file = (await world.boxes.audio(DOMAIN, "alice", deposit.id)) ?? "";
    expect((await readFile(file)).equals(wavBytes(2.5))).toBe(true);
    expect((await stat(join(world.folder, "voicemail"))).mode & 0o077).toBe(0);
    expect(await readdir(join(world.folder, "voicemail/incoming"))).toEqual([]);
  });

  it("is told to whoever watches, with the counts of its box", async () => {
    await open();
    const message = await world.leave();
    expect(world.kept).toEqual([message.id]);
    expect(world.changes).toEqual([{ mailbox: "alice", counts: { new: 1, saved: 0 } }]);
    expect(world.boxes.counts(DOMAIN, "bob")).toEqual({ new: 0, saved: 0 });
  });

  it("is still there after a restart, and so are the counts", async () => {
    await open();
    const first = await world.leave();
    const second = await world.leave();
    await world.boxes.move(DOMAIN, "alice", first.id, "saved");
    await world.close();
    await world.open();
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 1, saved: 1 });
    expect((await world.ids()).sort()).toEqual([first.id, second.id].sort());
  });

  it("leaves nothing behind when it is discarded", async () => {
    await open();
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(1));
    world.boxes.discard(deposit);
    const incoming = join(world.folder, "voicemail/incoming");
    await until("an empty folder", async () => (await readdir(incoming)).length === 0);
    expect(await world.ids()).toEqual([]);
  });

  it("is mended where its recorder has died", async () => {
    await open();
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(2, { broken: true }));
    expect((await world.boxes.keep(deposit)).seconds).toBe(2);
  });

  it("is refused where nothing was recorded, and where it was kept already", async () => {
    await open();
    const deposit = world.begin();
    await expect(world.boxes.keep(deposit)).rejects.toMatchObject({ code: "store-unavailable" });
    await expect(world.boxes.keep(deposit)).rejects.toThrow(/kept or discarded already/);
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 0, saved: 0 });
  });

  it("that the store does not take is kept as soon as it does, once", async () => {
    let isAway = true;
    world = await createWorld();
    await world.close();
    await world.open((store: Store) => ({
      ...store,
      voicemail: {
        ...store.voicemail,
        // Committed all the same: nobody can tell when a worker dies.
        add: async (row, mail) => {
          const added = await store.voicemail.add(row, mail);
          if (isAway) throw new Error("the store is away");
          return added;
        },
      },
    }));
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(2));
    await expect(world.boxes.keep(deposit)).rejects.toMatchObject({ code: "store-unavailable" });
    expect(world.boxes.counts(DOMAIN, "alice").new).toBe(0);
    isAway = false;
    world.clock.advance(30_000);
    await until("the message", () => world.boxes.counts(DOMAIN, "alice").new === 1);
    expect(world.kept).toEqual([deposit.id]);
    expect(await world.ids()).toEqual([deposit.id]);
  });

  it("moves between folders, each time with the right counts", async () => {
    await open();
    const { id } = await world.leave();
    for (const [folder, counts] of [
      ["saved", { new: 0, saved: 1 }],
      ["deleted", { new: 0, saved: 0 }],
      ["new", { new: 1, saved: 0 }],
    ] as const) {
      expect(await world.boxes.move(DOMAIN, "alice", id, folder)).toMatchObject({ id, folder });
      expect(world.boxes.counts(DOMAIN, "alice")).toEqual(counts);
      expect(world.changes.at(-1)).toEqual({ mailbox: "alice", counts });
      expect(await world.ids("alice", folder)).toEqual([id]);
    }
    expect(await world.boxes.move(DOMAIN, "bob", id, "saved")).toBeUndefined();
  });

  it("is erased with its audio, and cannot be had by any other box", async () => {
    await open();
    const { id } = await world.leave();
    const file = (await world.boxes.audio(DOMAIN, "alice", id)) ?? "";
    expect(await world.boxes.audio(DOMAIN, "bob", id)).toBeUndefined();
    expect(await world.boxes.erase(DOMAIN, "bob", id)).toBe(false);
    expect(await world.boxes.erase(DOMAIN, "alice", id)).toBe(true);
    expect(await world.boxes.erase(DOMAIN, "alice", id)).toBe(false);
    expect(existsSync(file)).toBe(false);
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 0, saved: 0 });
  });

  it("is copied to another box with what is known of it, and lives there on its own", async () => {
    await open();
    const original = await world.leave();
    world.clock.advance(60_000);
    const copy = await world.boxes.copy(DOMAIN, "alice", original.id, "carol");
    expect(copy).toEqual({ ...original, id: copy.id, mailbox: "carol" });
    await world.boxes.erase(DOMAIN, "alice", original.id);
    const file = (await world.boxes.audio(DOMAIN, "carol", copy.id)) ?? "";
    expect((await readFile(file)).equals(wavBytes(2))).toBe(true);
    await expect(world.boxes.copy(DOMAIN, "carol", copy.id, "nobody")).rejects.toMatchObject({ code: "not-found" });
    await expect(world.boxes.copy(DOMAIN, "carol", "nothing", "alice")).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("a box", () => {
  it("belongs to every user but those whose configuration says no", async () => {
    await open({ configured: [{ name: "bob", voicemail: { ...UNDECLARED, enabled: false } }] });
    expect(world.boxes.list(DOMAIN).map(({ mailbox }) => mailbox)).toEqual(["alice", "carol"]);
    expect(world.boxes.begin(DOMAIN, "bob", BOB)).toBe("unknown");
    expect(world.boxes.begin(DOMAIN, "nobody", BOB)).toBe("unknown");
    expect(world.boxes.begin("example.org", "alice", BOB)).toBe("unknown");
    world.users.delete("alice");
    expect(world.boxes.has(DOMAIN, "alice")).toBe(false);
    world.voicemail.replaceConfigured([], { maxMessages: 1, maxSeconds: 30, retentionDays: null });
    expect(world.boxes.settings(DOMAIN, "bob")).toMatchObject({ maxMessages: 1, maxSeconds: 30 });
  });

  it("is full with as many messages as it may have, those that are being spoken included", async () => {
    await open({ config: { maxMessages: 2 } });
    const first = await world.leave();
    const speaking = world.begin();
    expect(world.boxes.begin(DOMAIN, "alice", BOB)).toBe("full");
    world.boxes.discard(speaking);
    await world.leave();
    expect(world.boxes.begin(DOMAIN, "alice", BOB)).toBe("full");
    await world.boxes.move(DOMAIN, "alice", first.id, "deleted");
    await world.leave();
    await expect(world.boxes.move(DOMAIN, "alice", first.id, "saved")).rejects.toMatchObject({ code: "conflict" });
    const bobs = await world.leave("bob");
    await expect(world.boxes.copy(DOMAIN, "bob", bobs.id, "alice")).rejects.toMatchObject({ code: "conflict" });
  });

  it("takes nothing while the disk is nearly full, and says so in the log", async () => {
    let free = RESERVED_BYTES - 1;
    await open({ freeBytes: async () => free });
    expect(world.boxes.begin(DOMAIN, "alice", BOB)).toBe("full");
    expect(world.log.filter(({ level }) => level === "error")).toHaveLength(1);
    free = RESERVED_BYTES * 2;
    world.clock.advance(10_000);
    await until("room", () => typeof world.boxes.begin(DOMAIN, "alice", BOB) === "object");
  });

  it("names no folder outside its own, whatever its owner is called", async () => {
    await open({ users: ["..", ".", "a+b", "ÄÖ", "../../x"] });
    for (const user of world.users) {
      const { id } = await world.leave(user);
      const file = (await world.boxes.audio(DOMAIN, user, id)) ?? "";
      expect(file.startsWith(join(world.folder, "voicemail/boxes/example.com/"))).toBe(true);
      expect(existsSync(file)).toBe(true);
    }
    expect(await readdir(join(world.folder, "voicemail/boxes"))).toEqual([DOMAIN]);
    expect(await readdir(join(world.folder, "voicemail/boxes", DOMAIN))).toHaveLength(5);
    await world.close();
    await world.open();
    for (const user of world.users) expect(world.boxes.counts(DOMAIN, user).new).toBe(1);
  });

  it("removes deleted messages after a week, and saved ones when it says so", async () => {
    await open();
    await world.boxes.configure(DOMAIN, "bob", { retentionDays: 30 });
    const [deleted, saved, bobs, fresh] = [
      await world.leave(),
      await world.leave(),
      await world.leave("bob"),
      await world.leave("bob"),
    ];
    await world.boxes.move(DOMAIN, "alice", deleted.id, "deleted");
    await world.boxes.move(DOMAIN, "alice", saved.id, "saved");
    await world.boxes.move(DOMAIN, "bob", bobs.id, "saved");
    world.clock.advance(7 * DAY_MS - 60_000);
    expect(await world.ids("alice", "deleted")).toEqual([deleted.id]);
    world.clock.advance(3_600_000);
    await until("the end of the deleted one", async () => (await world.ids("alice", "deleted")).length === 0);
    world.clock.advance(24 * DAY_MS);
    await until("the end of the saved one", async () => (await world.ids("bob", "saved")).length === 0);
    expect(await world.ids("alice")).toEqual([saved.id]);
    expect(await world.ids("bob")).toEqual([fresh.id]);
    expect(world.boxes.counts(DOMAIN, "bob")).toEqual({ new: 1, saved: 0 });
  });
});

describe("settings of a box", () => {
  it("are kept over a restart, and go back to their default with null", async () => {
    await open();
    const set = { pin: "4711", email: "alice@example.com", maxMessages: 5, maxSeconds: 60, retentionDays: 3 };
    const shown = { email: set.email, maxMessages: 5, maxSeconds: 60, retentionDays: 3, hasPin: true };
    expect(await world.boxes.configure(DOMAIN, "alice", set)).toMatchObject(shown);
    await world.close();
    await world.open();
    expect(world.boxes.settings(DOMAIN, "alice")).toMatchObject(shown);
    expect(await world.boxes.configure(DOMAIN, "alice", { maxMessages: null, pin: null })).toMatchObject({
      maxMessages: 100,
      maxSeconds: 60,
      hasPin: false,
    });
  });

  it("hold no PIN in plain text, in the store or its log", async () => {
    await open();
    await world.boxes.configure(DOMAIN, "alice", { pin: "90817263" });
    expect((await world.store.voicemail.settings())[0]?.pinHash).toMatch(/^scrypt\$16384\$/);
    for (const name of await readdir(world.folder)) {
      if (!name.startsWith("strowger.sqlite")) continue;
      expect((await readFile(join(world.folder, name))).includes("90817263")).toBe(false);
    }
  });

  it("that the configuration declares are read-only, and the others are not", async () => {
    const voicemail = { ...UNDECLARED, pin: "1234", email: "a@example.com" };
    await open({ configured: [{ name: "alice", voicemail }] });
    expect(world.boxes.settings(DOMAIN, "alice")?.managed).toEqual(["pin", "email"]);
    for (const change of [{ pin: "9999" }, { email: null }]) {
      await expect(world.boxes.configure(DOMAIN, "alice", change)).rejects.toMatchObject({ code: "managed-by-config" });
    }
    expect(await world.boxes.configure(DOMAIN, "alice", { maxSeconds: 30 })).toMatchObject({ maxSeconds: 30 });
    expect(await world.boxes.checkPin(DOMAIN, "alice", "1234")).toBe("right");
  });

  it("refuse what is no PIN and no address", async () => {
    await open();
    for (const change of [{ pin: "12" }, { pin: "12a4" }, { email: "a@b\r\nBcc: c@d" }, { maxMessages: 0 }]) {
      await expect(world.boxes.configure(DOMAIN, "alice", change)).rejects.toMatchObject({ code: "invalid-request" });
    }
    await expect(world.boxes.configure(DOMAIN, "nobody", {})).rejects.toMatchObject({ code: "not-found" });
  });
});

describe("PINs", () => {
  it("are right or wrong, and wrong where there is none", async () => {
    await open();
    expect(await world.boxes.checkPin(DOMAIN, "alice", "")).toBe("wrong");
    await world.boxes.configure(DOMAIN, "alice", { pin: "4711" });
    expect(await world.boxes.checkPin(DOMAIN, "alice", "4712")).toBe("wrong");
    expect(await world.boxes.checkPin(DOMAIN, "alice", "4711")).toBe("right");
    expect(await world.boxes.checkPin(DOMAIN, "nobody", "4711")).toBe("wrong");
  });

  it("are locked for a minute after five wrong ones, however many are tried at once", async () => {
    await open();
    await world.boxes.configure(DOMAIN, "alice", { pin: "4711" });
    const guesses = Array.from({ length: 8 }, (_, guess) => world.boxes.checkPin(DOMAIN, "alice", `000${guess}`));
    expect((await Promise.all(guesses)).filter((answer) => answer === "wrong")).toHaveLength(5);
    expect(await world.boxes.checkPin(DOMAIN, "alice", "4711")).toBe("locked");
    expect(await world.boxes.checkPin(DOMAIN, "bob", "4711")).toBe("wrong");
    world.clock.advance(60_000);
    expect(await world.boxes.checkPin(DOMAIN, "alice", "4711")).toBe("right");
  });
});

describe("greetings", () => {
  it("are taken as bytes and as a recording, survive a restart, and can be removed", async () => {
    await open();
    expect(world.boxes.greeting(DOMAIN, "alice", "busy")).toBeNull();
    await world.boxes.setGreeting(DOMAIN, "alice", "busy", wavBytes(1));
    const recording = world.boxes.scratch();
    await writeFile(recording, wavBytes(3));
    await world.boxes.setGreeting(DOMAIN, "alice", "busy", recording);
    expect(existsSync(recording)).toBe(false);
    await world.close();
    await world.open();
    const file = world.boxes.greeting(DOMAIN, "alice", "busy") ?? "";
    expect((await readFile(file)).equals(wavBytes(3))).toBe(true);
    expect(world.boxes.settings(DOMAIN, "alice")?.greetings).toEqual(["busy"]);
    expect(await world.boxes.setGreeting(DOMAIN, "alice", "busy", null)).toBe(true);
    expect(await world.boxes.setGreeting(DOMAIN, "alice", "busy", null)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it.each([
    ["no WAV", Buffer.from("hello"), /cannot be played/],
    ["empty", wavBytes(0), /is empty/],
    ["too long", wavBytes(61), /longer than 60 s/],
  ])("are refused where they are %s, and the old one stays", async (_, bytes, problem) => {
    await open();
    await world.boxes.setGreeting(DOMAIN, "alice", "name", wavBytes(1));
    const setting = world.boxes.setGreeting(DOMAIN, "alice", "name", bytes);
    await expect(setting).rejects.toMatchObject({ code: "invalid-request" });
    await expect(setting).rejects.toThrow(problem);
    expect(world.boxes.greeting(DOMAIN, "alice", "name")).not.toBeNull();
    expect(await readdir(join(world.folder, "voicemail/incoming"))).toEqual([]);
  });
});
