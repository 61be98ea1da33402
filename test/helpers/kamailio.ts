/** Kamailio, started by a test with a configuration of its own, which can be killed and started again at the same port. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Child } from "./child.ts";
import { freshText, RawPhone } from "./raw-phone.ts";
import { findProgram } from "./require-program.ts";
import { until } from "./until.ts";

const READY_WITHIN_MS = 15_000;
const ANSWER_WITHIN_MS = 200;

export class Kamailio {
  readonly #folder: string;
  readonly #port: number;
  #child: Child;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.#port = port;
    this.#child = this.#launch();
  }

  /** `config`: the whole file, which listens on UDP and TCP at 127.0.0.1 and this port. */
  static async start(config: string, port: number): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), "kamailio-"));
    writeFileSync(join(folder, "kamailio.cfg"), config);
    const started = new Kamailio(folder, port);
    await started.#ready();
    return started;
  }

  get uri(): string {
    return `sip:127.0.0.1:${this.#port}`;
  }

  /** What it has printed. */
  log(): string {
    return this.#child.output;
  }

  /** Whatever it knew is lost. All its processes end with the first. */
  async kill(): Promise<void> {
    this.#child.signal("SIGTERM");
    await this.#child.exited;
  }

  async startAgain(): Promise<void> {
    this.#child = this.#launch();
    await this.#ready();
  }

  async stop(): Promise<void> {
    if (this.#child.running) await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #launch(): Child {
    const folder = this.#folder;
    const program = findProgram("kamailio") ?? "kamailio";
    return new Child(program, [
      "-f",
      join(folder, "kamailio.cfg"),
      "-DD",
      "-E",
      "-Y",
      folder,
      "-P",
      join(folder, "pid"),
    ]);
  }

  /** It listens before all its processes are there: it is ready when it answers. */
  async #ready(): Promise<void> {
    const child = this.#child;
    const probe = await RawPhone.udp({ name: "probe", switchPort: this.#port });
    try {
      await until(
        "Kamailio to answer",
        async () => {
          if (!child.running) throw new Error(`Kamailio has ended:\n${child.output}`);
          probe.request({
            method: "OPTIONS",
            uri: this.uri,
            fields: [
              ["Via", probe.via()],
              ["From", `<sip:probe@probe.invalid>;tag=${freshText("p")}`],
              ["To", `<${this.uri}>`],
              ["Call-ID", freshText("probe")],
              ["CSeq", "1 OPTIONS"],
              ["Max-Forwards", "70"],
            ],
          });
          return probe.expect("200 OPTIONS", ANSWER_WITHIN_MS).then(
            () => true,
            () => false,
          );
        },
        READY_WITHIN_MS,
      );
    } finally {
      probe.close();
    }
  }
}
