import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../runtime/port/store.ts";
import { until } from "../../helpers/until.ts";
import { wavBytes } from "../../helpers/wav.ts";
import { createWorld, DOMAIN, type World } from "./world.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let world: World;
beforeEach(async () => {
  world = await createWorld();
  await world.leave("alice");
  await world.leave("bob");
  await world.boxes.setGreeting(DOMAIN, "alice", "name", wavBytes(1));
  await world.boxes.configure(DOMAIN, "alice", { pin: "4711", email: "alice@example.com" });
});
afterEach(() => world.remove());

const boxes = () => readdir(join(world.folder, "voicemail/boxes", DOMAIN));
const gone = (mailbox: string) => until("its end", async () => !(await boxes()).includes(mailbox));

function remove(user: string, fate: "keep" | "erase"): Promise<void> {
  world.users.delete(user);
  return world.voicemail.userRemoved(DOMAIN, user, fate);
}

/** Whoever has the name now finds nothing of whoever had it before. */
async function expectEmpty(user: string): Promise<void> {
  world.users.add(user);
  expect(await world.ids(user)).toEqual([]);
  expect(world.boxes.counts(DOMAIN, user)).toEqual({ new: 0, saved: 0 });
  expect(world.boxes.settings(DOMAIN, user)).toMatchObject({ hasPin: false, email: null, greetings: [] });
  expect(await world.boxes.checkPin(DOMAIN, user, "4711")).toBe("wrong");
}

describe("the mailbox of a user who is removed", () => {
  it("is all there when the user comes back within a week", async () => {
    await remove("alice", "keep");
    expect(world.boxes.has(DOMAIN, "alice")).toBe(false);
    for (let hour = 0; hour < 7 * 24 - 1; hour++) world.clock.advance(HOUR_MS);
    world.users.add("alice");
    world.clock.advance(3 * DAY_MS);
    await until("the note to go", () => !existsSync(join(world.folder, "voicemail/boxes", DOMAIN, "alice/abandoned")));
    expect(await world.ids("alice")).toHaveLength(1);
    const settings = { hasPin: true, email: "alice@example.com", greetings: ["name"] };
    expect(world.boxes.settings(DOMAIN, "alice")).toMatchObject(settings);
    await remove("alice", "keep");
    world.clock.advance(6 * DAY_MS);
    expect(await boxes()).toEqual(["alice", "bob"]);
  });

  it("is erased after a week, over restarts, and other boxes are not", async () => {
    await remove("alice", "keep");
    world.clock.advance(6 * DAY_MS);
    await world.close();
    await world.open();
    expect(await boxes()).toEqual(["alice", "bob"]);
    world.clock.advance(DAY_MS + HOUR_MS);
    await gone("alice");
    await expectEmpty("alice");
    expect(await world.ids("bob")).toHaveLength(1);
    await world.close();
    await world.open();
    await expectEmpty("alice");
  });

  it("is erased at once where that was asked for", async () => {
    await remove("alice", "erase");
    expect(await boxes()).toEqual(["bob"]);
    await expectEmpty("alice");
    expect(world.changes.at(-1)).toEqual({ mailbox: "alice", counts: { new: 0, saved: 0 } });
  });

  it("is erased later where the store is away, and who has asked is told so", async () => {
    let isAway = true;
    const failing = (store: Store): Store => ({
      ...store,
      voicemail: {
        ...store.voicemail,
        remove: (...args) => (isAway ? Promise.reject(new Error("no disk")) : store.voicemail.remove(...args)),
      },
    });
    await world.close();
    await world.open(failing);
    await expect(remove("alice", "erase")).rejects.toThrow(/mailbox is not yet: no disk\. That is tried again/);
    isAway = false;
    world.clock.advance(HOUR_MS);
    await gone("alice");
    await expectEmpty("alice");
  });

  it("leaves nothing where there was nothing", async () => {
    await remove("carol", "keep");
    await remove("carol", "erase");
    expect(await boxes()).toEqual(["alice", "bob"]);
  });
});

describe("a mailbox without a user", () => {
  it("that is found at the start is told in the log, and kept for a week from then on", async () => {
    await world.close();
    world.users.delete("alice");
    await world.open();
    await until("the log to say so", () =>
      world.log.some(({ text }) => /has no user: it is erased in 7 days/.test(text)),
    );
    world.clock.advance(7 * DAY_MS + HOUR_MS);
    await gone("alice");
  });

  it("stays where it is of another domain, which may be served again", async () => {
    const other = join(world.folder, "voicemail/boxes/example.org/alice/messages");
    await mkdir(other, { recursive: true });
    await writeFile(join(other, "m.wav"), wavBytes(1));
    await remove("alice", "keep");
    for (let day = 0; day < 9; day++) world.clock.advance(DAY_MS);
    await gone("alice");
    expect(existsSync(join(other, "m.wav"))).toBe(true);
  });
});
