import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { wavBytes } from "../../helpers/wav.ts";
import { BOB, createWorld, DOMAIN, type World } from "./world.ts";

let world: World;
let root: string;
let messages: string;

beforeEach(async () => {
  world = await createWorld();
  root = join(world.folder, "voicemail");
  messages = join(root, "boxes", DOMAIN, "alice", "messages");
});
afterEach(() => world.remove());

const errors = (): string[] => world.log.filter(({ level }) => level === "error").map(({ text }) => text);

async function restart(): Promise<void> {
  await world.close();
  await world.open();
}

describe("after a crash", () => {
  it("a recording that was broken off is delivered with who spoke, its header mended", async () => {
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(3, { broken: true }));
    await restart();
    expect(await world.boxes.message(DOMAIN, "alice", deposit.id)).toMatchObject({
      ...BOB,
      seconds: 3,
      folder: "new",
      receivedAt: "2026-01-01T00:00:00.000Z",
    });
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 1, saved: 0 });
    const file = (await world.boxes.audio(DOMAIN, "alice", deposit.id)) ?? "";
    expect((await readFile(file)).equals(wavBytes(3))).toBe(true);
    expect(await readdir(join(root, "incoming"))).toEqual([]);
  });

  it("less than a second of audio is nobody's message, nor is a call that ended before the beep", async () => {
    const short = world.begin();
    await writeFile(short.file, wavBytes(0.9, { broken: true }));
    const silent = world.begin();
    const announced = world.begin("bob");
    await writeFile(silent.file, "");
    await restart();
    expect([await world.ids(), await world.ids("bob")]).toEqual([[], []]);
    expect(existsSync(announced.file)).toBe(false);
    expect(await readdir(join(root, "incoming"))).toEqual([]);
    expect(await readdir(join(root, "lost"))).toEqual([]);
  });

  it("a recording of which nobody knows whose it is, or that cannot be read, is put aside and told", async () => {
    await writeFile(join(root, "incoming", "unknown.wav"), wavBytes(2));
    const unreadable = world.begin();
    await writeFile(unreadable.file, "RIFFgarbage, but somebody may want to look at it");
    await writeFile(join(root, "incoming", "half.json"), '{"id": "ha');
    await writeFile(world.boxes.scratch(), wavBytes(5));
    await restart();
    const { id } = unreadable;
    expect((await readdir(join(root, "lost"))).sort()).toEqual(["unknown.wav", `${id}.json`, `${id}.wav`].sort());
    expect(await readdir(join(root, "incoming"))).toEqual([]);
    expect(errors()).toHaveLength(2);
  });

  it("a message whose files had arrived, and no more, is in the store, and mailed as any other", async () => {
    await world.boxes.configure(DOMAIN, "alice", { email: "alice@example.com" });
    const { id } = await world.leave();
    // As it was between the move of the files and the commit.
    const note = JSON.parse(await readFile(join(messages, `${id}.json`), "utf8"));
    await world.store.voicemail.remove(DOMAIN, "alice", id);
    await writeFile(join(root, "incoming", `${id}.json`), JSON.stringify(note));
    await restart();
    expect(await world.boxes.message(DOMAIN, "alice", id)).toMatchObject({ ...BOB, seconds: 2 });
    expect(world.boxes.counts(DOMAIN, "alice").new).toBe(1);
    expect(await readdir(join(root, "incoming"))).toEqual([]);
  });

  it("a message that was committed arrives once, though the note of its arrival was left", async () => {
    const { id } = await world.leave();
    const note = await readFile(join(messages, `${id}.json`));
    await world.boxes.move(DOMAIN, "alice", id, "saved");
    await writeFile(join(root, "incoming", `${id}.json`), note);
    await restart();
    expect(await world.ids("alice", "saved")).toEqual([id]);
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 0, saved: 1 });
  });

  it("files that the store has forgotten are messages again, with all that is known of them", async () => {
    const first = await world.leave();
    const second = await world.leave();
    await rm(join(messages, `${second.id}.json`));
    await world.close();
    for (const name of await readdir(world.folder)) {
      if (name.startsWith("strowger.sqlite")) await rm(join(world.folder, name));
    }
    await world.open();
    expect(await world.boxes.message(DOMAIN, "alice", first.id)).toEqual(first);
    expect(await world.boxes.message(DOMAIN, "alice", second.id)).toMatchObject({ seconds: 2, from: "" });
    expect(world.boxes.counts(DOMAIN, "alice").new).toBe(2);
  });

  it("an erasure that was begun is finished", async () => {
    const { id } = await world.leave();
    const erased = join(root, "boxes", DOMAIN, "alice", "erased");
    await mkdir(erased);
    await rename(join(messages, `${id}.wav`), join(erased, `${id}.wav`));
    await restart();
    expect(await world.ids()).toEqual([]);
    expect(await readdir(erased)).toEqual([]);
    expect(world.boxes.counts(DOMAIN, "alice").new).toBe(0);
  });

  it("a message without its file lights no lamp, can be restored, and is told in the log", async () => {
    const kept = await world.leave();
    const lost = await world.leave();
    await rm(join(messages, `${lost.id}.wav`));
    await restart();
    expect(await world.ids("alice", "new")).toEqual([kept.id]);
    expect(await world.ids("alice", "deleted")).toEqual([lost.id]);
    expect(world.boxes.counts(DOMAIN, "alice")).toEqual({ new: 1, saved: 0 });
    expect(errors()).toEqual(["Messages have lost their files, and are among the deleted ones now"]);
  });

  it("nothing changes while a whole folder is away, as a disk that was not mounted", async () => {
    const { id } = await world.leave();
    await world.close();
    await rename(join(root, "boxes"), join(root, "elsewhere"));
    await world.open();
    expect(errors()).toEqual(["The folder of a mailbox is not there: put it back, or erase its messages"]);
    expect(await world.ids("alice", "new")).toEqual([id]);
    await world.close();
    await rm(join(root, "boxes"), { recursive: true });
    await rename(join(root, "elsewhere"), join(root, "boxes"));
    await world.open();
    expect(world.boxes.counts(DOMAIN, "alice").new).toBe(1);
  });

  it("one thing that cannot be put in order keeps nobody from starting", async () => {
    const deposit = world.begin();
    await writeFile(deposit.file, wavBytes(2));
    await world.close();
    // A file where the folder of the box should be.
    await mkdir(join(root, "boxes", DOMAIN), { recursive: true });
    await writeFile(join(root, "boxes", DOMAIN, "alice"), "");
    await world.open();
    expect(errors()).toContain("Voicemail cannot be put in order: it is tried again at the next start");
    await world.leave("bob");
    await world.close();
    await rm(join(root, "boxes", DOMAIN, "alice"));
    await world.open();
    expect(await world.ids()).toEqual([deposit.id]);
  });
});
