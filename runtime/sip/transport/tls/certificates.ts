/**
 * The certificates in use. They are read again when the configuration is, and when their files change; files that cannot
 * be used leave what there is, so that a renewal that went wrong costs no call. Connections keep what they began with.
 */
import { stat } from "node:fs/promises";
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import { filesOf, NO_MATERIAL, readMaterial, type TlsMaterial } from "./material.ts";
import type { TlsSettings } from "./settings.ts";

/** How often the files are looked at. Whoever renews them replaces links and folders, which no watcher follows. */
export const LOOK_EVERY_MS = 10_000;
/** How often somebody is reminded of a certificate that runs out, though nothing has changed. */
const REMIND_EVERY_MS = 86_400_000;

export class Certificates implements TimerOwner {
  readonly #clock: Clock;
  readonly #log: Log;
  #material: TlsMaterial = NO_MATERIAL;
  /** The files as they were when they were read last, whether they could be used or not. */
  #seen = "";
  #readAtMs = 0;
  #timer: Timer | null = null;
  #isStopped = false;

  private constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Reads the files. Throws `ConfigError` where one cannot be used. */
  static async open(settings: TlsSettings, clock: Clock, log: Log): Promise<Certificates> {
    const certificates = new Certificates(clock, log);
    await certificates.configure(settings);
    return certificates;
  }

  /** What to show and whom to trust from now on. */
  get material(): TlsMaterial {
    return this.#material;
  }

  /** Reads the files of these settings. Throws `ConfigError` where one cannot be used, and then nothing has changed. */
  async configure(settings: TlsSettings): Promise<void> {
    const seen = await stateOf(settings);
    this.#use(await readMaterial(settings, this.#clock.now()), seen);
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
  }

  expire(): void {
    void this.#look().finally(() => this.#lookLater());
  }

  async #look(): Promise<void> {
    const { settings } = this.#material;
    const seen = await stateOf(settings);
    const hasChanged = seen !== this.#seen;
    if (!hasChanged && this.#clock.now() - this.#readAtMs < REMIND_EVERY_MS) return;
    try {
      const material = await readMaterial(settings, this.#clock.now());
      // The configuration may have been read meanwhile: what it says is newer.
      if (this.#material.settings !== settings) return;
      this.#use(material, seen);
      if (hasChanged) this.#log.info("The TLS certificates have changed: new connections get the new ones");
    } catch (error) {
      this.#seen = seen;
      this.#readAtMs = this.#clock.now();
      this.#log.error("The TLS certificates have changed and cannot be used: the ones before stay", { error });
    }
  }

  #use(material: TlsMaterial, seen: string): void {
    this.#material = material;
    this.#seen = seen;
    this.#readAtMs = this.#clock.now();
    for (const warning of material.warnings) this.#log.warn(`TLS: ${warning}`);
  }

  #lookLater(): void {
    this.#timer?.cancel();
    const hasFiles = filesOf(this.#material.settings).length > 0;
    if (hasFiles && !this.#isStopped) this.#timer = this.#clock.startTimer(LOOK_EVERY_MS, this, "look");
  }
}

/** Changes when one of the files does. */
async function stateOf(settings: TlsSettings): Promise<string> {
  const states = await Promise.all(
    filesOf(settings).map(async (file) => {
      try {
        const { ino, size, mtimeMs } = await stat(file);
        return `${ino} ${size} ${mtimeMs}`;
      } catch {
        return "none";
      }
    }),
  );
  return states.join("\n");
}
