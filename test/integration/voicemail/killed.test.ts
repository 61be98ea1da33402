import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { createWorld, DOMAIN, type World } from "./world.ts";

const ROUNDS = 5;
/** Until the first messages have been kept. */
const FEWEST_LINES = 8;
const MORE_LINES = 20;
const TIMEOUT_MS = 90_000;
const depositor = fileURLToPath(new URL("./depositor.ts", import.meta.url));

let world: World;
afterEach(() => world.remove());

/** Lets a child work until it has told of so many things, kills it, and gives what it told. */
async function workAndKill(folder: string, lines: number, delayMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [depositor, folder], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  let isKilled = false;
  child.stdout.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    if (isKilled || text.split("\n").length <= lines) return;
    isKilled = true;
    // Anywhere within what it does next.
    if (delayMs === 0) child.kill("SIGKILL");
    else setTimeout(() => child.kill("SIGKILL"), delayMs);
  });
  await once(child, "close");
  return text.split("\n").slice(0, -1);
}

describe("voicemail", () => {
  it(
    "has every message that was told to be kept after SIGKILL at any moment, and none that was told to be erased",
    async () => {
      world = await createWorld();
      await world.close();
      const told = new Map<string, Set<string>>();
      for (let round = 0; round < ROUNDS; round++) {
        const lines = await workAndKill(
          world.folder,
          FEWEST_LINES + Math.random() * MORE_LINES,
          Math.random() < 0.5 ? 0 : Math.random() * 20,
        );
        for (const line of lines) {
          const [what = "", id = ""] = line.split(" ");
          told.set(what, (told.get(what) ?? new Set()).add(id));
        }
      }
      await world.open();
      const of = (what: string): Set<string> => told.get(what) ?? new Set();
      const alices = new Set(await world.ids("alice"));
      const bobs = new Set(await world.ids("bob"));
      const kept = [...of("kept")];
      const lost = kept.filter((id) => !alices.has(id) && !of("erasing").has(id));
      expect(kept.length).toBeGreaterThanOrEqual(ROUNDS);
      expect(lost).toEqual([]);
      expect([...of("erased")].filter((id) => alices.has(id))).toEqual([]);
      expect([...of("copied")].filter((id) => !bobs.has(id))).toEqual([]);
      const saved = await world.ids("alice", "saved");
      expect([...of("saved")].filter((id) => !saved.includes(id))).toEqual([]);

      // Files and rows are the same messages, each of them whole, and nothing lies about.
      const root = join(world.folder, "voicemail");
      for (const [mailbox, ids] of [
        ["alice", alices],
        ["bob", bobs],
      ] as const) {
        const folder = join(root, "boxes", DOMAIN, mailbox, "messages");
        const files = (await readdir(folder)).filter((name) => name.endsWith(".wav")).map((name) => name.slice(0, -4));
        expect(files.sort()).toEqual([...ids].sort());
        for (const id of ids) {
          const message = await world.boxes.message(DOMAIN, mailbox, id);
          expect(message).toMatchObject({ fromName: "Bob", from: "sip:bob@example.com" });
          const bytes = await readFile(join(folder, `${id}.wav`));
          expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
          expect(message?.seconds).toBeCloseTo((bytes.length - 44) / 16_000, 3);
          if (of("kept").has(id)) expect([1.5, 2, 3]).toContain(message?.seconds);
        }
      }
      expect(await readdir(join(root, "incoming"))).toEqual([]);
      expect(await readdir(join(root, "lost"))).toEqual([]);
      const counts = world.boxes.counts(DOMAIN, "alice");
      expect(counts.new + counts.saved).toBe(alices.size);
    },
    TIMEOUT_MS,
  );
});
