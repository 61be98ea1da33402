import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Log, silentLog } from "../../../../runtime/base/log.ts";
import { fail, ok } from "../../../../runtime/base/result.ts";
import { Prompts, type PromptsOptions } from "../../../../runtime/media/prompts/prompts.ts";

let root: string;
let warnings: string[];
let asked: string[];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "prompts-"));
  warnings = [];
  asked = [];
});

afterEach(() => rmSync(root, { recursive: true }));

const mute: PromptsOptions["speaker"] = { speak: async () => fail({ message: "nothing here can speak" }) };
const fluent: PromptsOptions["speaker"] = {
  async speak(text, { language }) {
    asked.push(`${language}: ${text}`);
    return ok("/cache/spoken.wav");
  },
};

async function createPrompts(options: Partial<PromptsOptions> = {}): Promise<Prompts> {
  const log: Log = { debug() {}, info() {}, warn: (text) => warnings.push(text), error() {} };
  const folders = { folder: join(root, "own"), shipped: join(root, "shipped"), musicOnHold: null };
  for (const folder of [folders.folder, folders.shipped]) mkdirSync(folder, { recursive: true });
  const prompts = new Prompts({ log, speaker: mute, ...folders, ...options });
  await prompts.load();
  return prompts;
}

/** An empty file is enough: nobody plays it. */
function put(...parts: string[]): string {
  const file = join(root, ...parts);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "");
  return file;
}

function playing(file: string) {
  return [{ type: "file", file }];
}

const BEEP = [{ type: "tone", tone: "beep", ms: 300 }];

describe("a prompt", () => {
  it("is the operator's before ours, in the language asked for before English, in a region before its language", async () => {
    const order = [
      ["own", "de-AT"],
      ["shipped", "de-at"],
      ["own", "de"],
      ["shipped", "de"],
      ["own", "en"],
      ["shipped", "en"],
    ].map((folders) => put(...folders, "vm-goodbye.wav"));
    for (const file of order) {
      const prompts = await createPrompts();
      expect(prompts.find("vm-goodbye", "de-AT")).toBe(file);
      expect(await prompts.resolve("vm-goodbye", "DE-at")).toEqual(playing(file));
      rmSync(file);
    }
    expect((await createPrompts()).find("vm-goodbye", "de-AT")).toBeNull();
  });

  it("is in the language of the configuration where none is asked for", async () => {
    const [german, english] = [put("own", "de", "vm-goodbye.wav"), put("shipped", "en", "vm-goodbye.wav")];
    expect((await createPrompts({ language: "de" })).find("vm-goodbye")).toBe(german);
    expect((await createPrompts({ language: "de" })).find("vm-goodbye", "en")).toBe(english);
    expect((await createPrompts()).find("vm-goodbye")).toBe(english);
    expect((await createPrompts()).find("vm-goodbye", "fr")).toBe(english);
  });

  it("that is no file is spoken, and is a tone where nothing speaks", async () => {
    expect(await (await createPrompts({ speaker: fluent })).resolve("vm-goodbye", "de")).toEqual(
      playing("/cache/spoken.wav"),
    );
    expect(asked).toEqual(["en: Goodbye."]);
    expect(await (await createPrompts()).resolve("vm-goodbye")).toEqual(BEEP);
    expect(warnings).toEqual(["A prompt is missing and cannot be spoken"]);
  });

  it("that was removed while the switch runs is replaced by the next best one", async () => {
    const [own, ours] = [put("own", "en", "vm-goodbye.wav"), put("shipped", "en", "vm-goodbye.wav")];
    const prompts = await createPrompts();
    rmSync(own);
    expect(await prompts.resolve("vm-goodbye")).toEqual(playing(ours));
    rmSync(ours);
    expect(await prompts.resolve("vm-goodbye")).toEqual(BEEP);
  });

  it("that was added is found after the next load", async () => {
    const prompts = await createPrompts();
    const file = put("own", "en", "vm-goodbye.wav");
    expect(prompts.find("vm-goodbye")).toBeNull();
    await prompts.load();
    expect(prompts.find("vm-goodbye")).toBe(file);
  });

  it.each(["../shipped/en", "", "/etc", "en/../../x", "a".repeat(100_000), "constructor", "-".repeat(1_000)])(
    "in a language that is none (%#) is in English",
    async (language) => {
      const file = put("shipped", "en", "vm-goodbye.wav");
      expect((await createPrompts()).find("vm-goodbye", language)).toBe(file);
    },
  );

  it("of several makes a sequence, with numbers, digits and times", async () => {
    const prompts = await createPrompts();
    const names = ["vm-you-have", ...prompts.number(42), ...prompts.digits("7#"), "vm-new-messages"] as const;
    const files = names.map((name) => put("shipped", "en", `${name}.wav`));
    await prompts.load();
    expect(await prompts.sequence(names)).toEqual(files.flatMap(playing));
    expect(names.slice(1, -1)).toEqual(["number-40", "number-2", "number-7", "pound"]);
    expect(prompts.time(0, { nowMs: 0, timeZone: "UTC" })).toEqual(["today", "at", "number-12", "am"]);
  });

  it("is found without a folder of the operator's, and with one that is not there, which is said", async () => {
    const file = put("shipped", "en", "vm-goodbye.wav");
    expect((await createPrompts({ folder: null })).find("vm-goodbye")).toBe(file);
    expect(warnings).toEqual([]);
    expect((await createPrompts({ folder: join(root, "nowhere") })).find("vm-goodbye")).toBe(file);
    expect(warnings).toEqual(["A folder of prompts cannot be read: check media.prompts"]);
  });

  it("of those that come with the switch is where the switch looks by itself", async () => {
    const prompts = new Prompts({ log: silentLog, speaker: mute, folder: null, musicOnHold: null });
    await prompts.load();
    expect(prompts.find("vm-greeting-unavailable")).toMatch(/prompts\/en\/vm-greeting-unavailable\.wav$/);
    expect(prompts.musicOnHold()).toEqual([{ type: "file", file: expect.stringMatching(/prompts\/moh\.wav$/) }]);
  });
});

describe("music on hold", () => {
  it("is the operator's where it is there, else ours, else silence", async () => {
    const ours = put("shipped", "moh.wav");
    const own = put("waltz.wav");
    expect((await createPrompts({ musicOnHold: own })).musicOnHold()).toEqual(playing(own));
    expect(warnings).toEqual([]);
    expect((await createPrompts({ musicOnHold: join(root, "nowhere.wav") })).musicOnHold()).toEqual(playing(ours));
    expect(warnings).toEqual(["There is no such music on hold: check media.musicOnHold"]);
    rmSync(ours);
    expect((await createPrompts()).musicOnHold()).toEqual([{ type: "silence", ms: 1_000 }]);
  });
});
