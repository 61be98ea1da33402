import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { RecordingRetention } from "../../../../runtime/media/library/recording-retention.ts";
import { SoundLibrary } from "../../../../runtime/media/library/sound-library.ts";
import { Prompts } from "../../../../runtime/media/prompts/prompts.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

const CONTEXT = { domain: "example.com", callId: "0.call1" };
let folder = "";
let library: SoundLibrary;
let hasRoom = true;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sounds-"));
  await mkdir(join(folder, "sounds", "de"), { recursive: true });
  for (const name of ["welcome", "de/welcome", "vm-goodbye"])
    await writeFile(join(folder, "sounds", `${name}.wav`), "");
  await writeFile(join(folder, "secret.wav"), "");
  await writeFile(join(folder, "message.wav"), "");
  const speaker = { speak: async (text: string) => ({ ok: true, value: `/spoken/${text}` }) as const };
  const prompts = new Prompts({ log: silentLog, speaker, folder: null, musicOnHold: null });
  await prompts.load();
  library = new SoundLibrary({
    prompts,
    speech: speaker,
    mailboxes: {
      audio: async (domain, mailbox, id) =>
        `${domain}/${mailbox}/${id}` === "example.com/alice/m1" ? join(folder, "message.wav") : undefined,
      greeting: (_domain, mailbox, kind) =>
        `${mailbox}/${kind}` === "alice/name" ? join(folder, "message.wav") : null,
    },
    sounds: join(folder, "sounds"),
    recordings: join(folder, "recordings"),
    hasRoom: () => hasRoom,
    now: () => Date.parse("2026-11-26T12:00:00Z"),
  });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function filesOf(sound: string): Promise<readonly string[] | string> {
  const found = await library.resolve([sound], CONTEXT);
  if (!found.ok) return found.problem;
  return found.value.map((source) => (source.type === "file" ? basename(source.file) : JSON.stringify(source)));
}

describe("The name of a sound", () => {
  it.each([
    ["welcome", ["welcome.wav"]],
    ["de/welcome", ["welcome.wav"]],
    ["please-hold", ["please-hold.wav"]],
    ["tone:busy", ['{"type":"tone","tone":"busy"}']],
    ["silence:500", ['{"type":"silence","ms":500}']],
    ["music", ["moh.wav"]],
    ["number:42", ["number-40.wav", "number-2.wav"]],
    ["digits:1#", ["number-1.wav", "pound.wav"]],
    ["voicemail:alice/m1", ["message.wav"]],
    ["greeting:alice/name", ["message.wav"]],
  ])("%s stands for %j", async (sound, files) => {
    expect(await filesOf(sound)).toEqual(files);
  });

  it("of the operator comes before a prompt of the same name", async () => {
    const found = await library.resolve(["vm-goodbye"], CONTEXT);
    expect(found).toEqual({ ok: true, value: [{ type: "file", file: join(folder, "sounds", "vm-goodbye.wav") }] });
  });

  it.each([
    "../secret",
    "/etc/passwd",
    "sounds/../../secret",
    "recording:../secret",
    "recording:0.call2-abcdef",
    "tone:loud",
  ])("%s leads nowhere: no name leaves its folder", async (sound) => {
    expect(await filesOf(sound)).toMatch(/^There is no /);
  });

  it("that is not there says where a file would be looked for", async () => {
    expect(await filesOf("nope")).toBe(
      `There is no sound "nope": put nope.wav into ${join(folder, "sounds")}, or use a name of a prompt`,
    );
  });
});

describe("A recording", () => {
  it("has a place of its own in the folder of its domain, and is found by its call alone", async () => {
    const [one, two] = [library.newRecording(CONTEXT), library.newRecording(CONTEXT)];
    if (!one.ok || !two.ok) throw new Error("no place");
    expect(one.value.file).not.toBe(two.value.file);
    expect(one.value.file).toBe(join(folder, "recordings", "example.com", `${one.value.id}.wav`));
    expect(library.recording(one.value.id, CONTEXT)).toBe(one.value.file);
    expect(library.recording(one.value.id, { ...CONTEXT, callId: "0.call2" })).toBe(undefined);
  });

  it("has no place while the disk is nearly full", () => {
    hasRoom = false;
    expect(library.newRecording(CONTEXT)).toMatchObject({ ok: false, problem: expect.stringContaining("nearly full") });
    hasRoom = true;
    expect(library.newRecording(CONTEXT).ok).toBe(true);
  });

  it("of a domain with a hostile name stays below the folder", () => {
    const place = library.newRecording({ ...CONTEXT, domain: "../.." });
    if (!place.ok) throw new Error(place.problem);
    expect(place.value.file.startsWith(`${join(folder, "recordings")}/`)).toBe(true);
  });

  it("is removed when it is older than it is kept, and not before", async () => {
    const kept = join(folder, "old", "example.com");
    await mkdir(kept, { recursive: true });
    const clock = new VirtualClock();
    const days = (count: number) => new Date(clock.now() - count * 86_400_000);
    for (const [name, age] of [
      ["new.wav", 1],
      ["old.wav", 8],
      ["old.txt", 8],
    ] as const) {
      await writeFile(join(kept, name), "x");
      await utimes(join(kept, name), days(age), days(age));
    }
    await new RecordingRetention({ folder: join(folder, "old"), days: 7, clock, log: silentLog }).sweep();
    expect(await stat(join(kept, "new.wav")).then(() => true)).toBe(true);
    await expect(stat(join(kept, "old.wav"))).rejects.toThrow(/ENOENT/);
    expect(await readFile(join(kept, "old.txt"), "utf8")).toBe("x");
  });
});
