/** Tones by sox: written for a phone to play, and found again in what another phone has recorded. */
import { Child } from "./child.ts";

export async function writeTone(file: string, hertz: number, seconds: number, rate = 8000): Promise<void> {
  const format = ["-n", "-r", String(rate), "-c", "1", "-b", "16", file];
  await sox([...format, "synth", String(seconds), "sine", String(hertz), "vol", "0.5"]);
}

/** The frequency of the second that follows the first half second of a recording, in Hz; rough, as sox says. */
export async function roughFrequency(file: string): Promise<number> {
  const output = await sox([file, "-n", "trim", "0.5", "1", "stat"]);
  const frequency = /Rough\s+frequency:\s+(-?\d+)/.exec(output)?.[1];
  if (frequency === undefined) throw new Error(`sox does not tell the frequency of ${file}:\n${output}`);
  return Number(frequency);
}

async function sox(args: readonly string[]): Promise<string> {
  const child = new Child("sox", args);
  const { code } = await child.exited;
  if (code !== 0) throw new Error(`sox ended with ${code}:\n${child.output}`);
  return child.output;
}
