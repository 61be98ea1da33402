/** What passes on the loopback, captured and read by tshark. */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { Child } from "./child.ts";
import { rawPhone } from "./phones.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

const WITHIN_MS = 10_000;
/** tshark stops by itself after this long, should the test not stop it. */
const LIFE_SECONDS = 60;

export class Capture {
  readonly #file: string;
  readonly #child: Child;

  private constructor(file: string, child: Child) {
    this.#file = file;
    this.#child = child;
  }

  /** Captures what this filter (of pcap) lets through; ready when this resolves. */
  static async start(filter: string): Promise<Capture> {
    const folder = mkdtempSync(join(tmpdir(), "capture-"));
    const file = join(folder, "capture.pcapng");
    const child = new Child("tshark", ["-i", "lo", "-f", filter, "-a", `duration:${LIFE_SECONDS}`, "-w", file]);
    onTestFinished(async () => {
      if (child.running) await child.stop("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    });
    await until("tshark to capture", () => existsSync(file) && statSync(file).size > 0, WITHIN_MS);
    return new Capture(file, child);
  }

  /** Stops when all that has been sent so far is in the file: what is on its way there would be lost. */
  async stop(strowger: RunningSwitch): Promise<void> {
    const probe = await rawPhone(strowger, "probe");
    await probe.settle();
    await until("tshark to write", () => readFileSync(this.#file).includes("probe.invalid"), WITHIN_MS);
    await this.#child.stop("SIGINT");
  }

  /** What tshark says of it when it is asked so. */
  async read(args: readonly string[]): Promise<string> {
    const child = new Child("tshark", ["-r", this.#file, ...args]);
    const { code } = await child.exited;
    if (code !== 0) throw new Error(`tshark ended with ${code}:\n${child.output}`);
    // To root it says that root is dangerous.
    return child.output.replace(/^Running as user .*\n/m, "");
  }

  /** These fields of each packet that a filter (of tshark) lets through. */
  async fields(args: readonly string[], filter: string, names: readonly string[]): Promise<readonly string[][]> {
    const output = await this.read([...args, "-Y", filter, "-T", "fields", ...names.flatMap((name) => ["-e", name])]);
    const lines = output.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.split("\t"));
  }
}
