/** `strowger dev` in a folder of its own, on free ports, as a program would run it: what it says is lines of JSON. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished } from "vitest";
import { Child, type Exit } from "../../helpers/child.ts";
import { freePort } from "../../helpers/free-port.ts";
import { RawPhone } from "../../helpers/raw-phone.ts";
import { until } from "../../helpers/until.ts";
import { command } from "../http/cli/run-strowger.ts";

/** A switch with its hosts, and a check of types. */
const READY_WITHIN_MS = 25_000;
const SYNCED_WITHIN_MS = 15_000;

export interface DevLine {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a line says is what the test is about.
  readonly [field: string]: any;
}

export class DevSession {
  readonly folder: string;
  readonly sipPort: number;
  readonly #child: Child;

  private constructor(folder: string, sipPort: number, child: Child) {
    this.folder = folder;
    this.sipPort = sipPort;
    this.#child = child;
  }

  /** `files` by their paths in the folder. The session ends with the test. */
  static async start(files: Readonly<Record<string, string>>, args: readonly string[]): Promise<DevSession> {
    const folder = mkdtempSync(join(tmpdir(), "strowger-"));
    for (const [path, text] of Object.entries(files)) write(join(folder, path), text);
    const sipPort = await freePort();
    const ports = ["--sip-port", String(sipPort), "--http-port", String(await freePort())];
    const child = new Child(process.execPath, [command, "dev", ...args, ...ports, "--json"], {
      cwd: folder,
      env: { PATH: process.env.PATH, TMPDIR: folder },
    });
    onTestFinished(async () => {
      await child.stop("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    });
    return new DevSession(folder, sipPort, child);
  }

  get output(): string {
    return this.#child.output;
  }

  get lines(): readonly DevLine[] {
    const whole = this.output.split("\n").slice(0, -1);
    return whole.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as DevLine);
  }

  /** The first line that fits, once it is there. */
  line(what: string, fits: (line: DevLine) => boolean, withinMs = SYNCED_WITHIN_MS): Promise<DevLine> {
    return until(`${what}, after ${this.output}`, () => this.lines.find(fits), withinMs);
  }

  ready(): Promise<DevLine> {
    return this.line("the switch to be ready", ({ type }) => type === "ready", READY_WITHIN_MS);
  }

  deployed(script: string, version: number): Promise<DevLine> {
    return this.line(
      `version ${version} of ${script}`,
      (line) => line.type === "deployed" && line.script === script && line.version === version,
    );
  }

  save(path: string, text: string): void {
    write(join(this.folder, path), text);
  }

  async phone(): Promise<RawPhone> {
    const phone = await RawPhone.udp({ name: "caller", switchPort: this.sipPort });
    onTestFinished(() => phone.close());
    return phone;
  }

  /** A number at this switch. */
  uri(number: string): string {
    return `sip:${number}@127.0.0.1:${this.sipPort}`;
  }

  get exited(): Promise<Exit> {
    return this.#child.exited;
  }

  async interrupt(): Promise<Exit> {
    expect(this.#child.running).toBe(true);
    return await this.#child.stop("SIGINT");
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
