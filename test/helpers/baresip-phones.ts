/** baresip phones of the running test: registered at the switch, and stopped when the test ends. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Baresip, type BaresipOptions } from "./baresip.ts";
import type { RunningSwitch } from "./switch.ts";
import { writeTestSpeech } from "./test-speech.ts";

type Options = Omit<BaresipOptions, "password" | "domain" | "switchPort"> & { readonly switchPort?: number };

/** A phone of this user; `switchPort`: where something lies between it and the switch. */
export async function baresipPhone(strowger: RunningSwitch, options: Options): Promise<Baresip> {
  const { domain, sipPort } = strowger;
  const phone = await Baresip.start({ switchPort: sipPort, ...options, password: `pw-${options.user}`, domain });
  onTestFinished(() => phone.stop());
  await phone.registered();
  return phone;
}

/** A file with speech; it is removed when the process ends. */
export function speechFile(rate: number, seconds: number, seed = 1): string {
  const file = join(folder(), `speech-${rate}-${seconds}-${seed}.wav`);
  if (!existsSync(file)) writeTestSpeech(file, rate, seconds, seed);
  return file;
}

let made: string | undefined;

function folder(): string {
  if (made !== undefined) return made;
  const fresh = mkdtempSync(join(tmpdir(), "speech-"));
  process.on("exit", () => rmSync(fresh, { recursive: true, force: true }));
  made = fresh;
  return fresh;
}
