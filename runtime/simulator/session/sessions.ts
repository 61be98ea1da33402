/** Simulations that people walk through over the API: a bounded number, each for as long as somebody goes on with it. */
import type { Clock, Timer } from "../../base/clock.ts";
import type { Diagnostic } from "../../base/errors.ts";
import { RequestError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { randomText } from "../../base/random.ts";
import type { CodeToTry, Upload, VersionSelector } from "../../port/deployment.ts";
import type { ScriptBundle } from "../../port/sandbox.ts";
import type {
  SimulationSessions,
  SimulationStart,
  SimulationStep,
  SimulationView,
} from "../../port/simulation-session.ts";
import type { SessionState } from "./protocol.ts";
import { SimulatorProcess } from "./simulator-process.ts";

const MOST_SESSIONS = 20;
/** A session that nobody has gone on with for so long is ended. */
const IDLE_MS = 10 * 60_000;
const ID_CHARACTERS = 16;

type Code = Omit<ScriptBundle, "ref">;

export interface SessionParts {
  readonly clock: Clock;
  readonly log: Log;
  /** A stored version. Throws `RequestError` (`not-found`). */
  bundle(script: string, selector: VersionSelector): Promise<ScriptBundle>;
  /** Code that is no version. Throws `DeployError` where it does not run. */
  draft(script: string, upload: Upload): Promise<Code & { readonly diagnostics: readonly Diagnostic[] }>;
  /** Variables of a script. */
  environment(script: string): Readonly<Record<string, string>>;
}

interface Kept {
  readonly script: string;
  readonly version: number | null;
  idle: Timer;
}

export class SteeredSimulations implements SimulationSessions {
  readonly #parts: SessionParts;
  readonly #sessions = new Map<string, Kept>();
  /** Sessions that are about to begin. */
  #beginning = 0;
  #process: SimulatorProcess | null = null;

  constructor(parts: SessionParts) {
    this.#parts = parts;
  }

  async begin(script: string, { code, call, world }: SimulationStart) {
    if (this.#sessions.size + this.#beginning >= MOST_SESSIONS) {
      throw new RequestError("too-many-requests", `There are ${MOST_SESSIONS} simulations already: end one first.`);
    }
    this.#beginning++;
    try {
      const { version, diagnostics, ...found } = await this.#code(script, code);
      const id = randomText(ID_CHARACTERS);
      const start = {
        bundle: { ...found, ref: { script: id, version: version ?? 1 } },
        call,
        world: { ...world, env: { ...this.#parts.environment(script), ...world.env } },
      };
      const state = await this.#running().ask({ type: "begin", session: id, start });
      this.#sessions.set(id, { script, version, idle: this.#idleTimer(id) });
      return { view: this.#view(id, script, version, state), diagnostics };
    } finally {
      this.#beginning--;
      this.#releaseProcess();
    }
  }

  step(script: string, id: string, step: SimulationStep, after: number): Promise<SimulationView> {
    return this.#ask(script, id, step, after);
  }

  view(script: string, id: string, after: number): Promise<SimulationView> {
    return this.#ask(script, id, null, after);
  }

  async end(script: string, id: string): Promise<void> {
    this.#known(script, id);
    this.#end(id);
  }

  async stop(): Promise<void> {
    const running = this.#process;
    for (const id of [...this.#sessions.keys()]) this.#end(id);
    await running?.stop();
  }

  async #ask(script: string, id: string, step: SimulationStep | null, after: number): Promise<SimulationView> {
    const kept = this.#known(script, id);
    kept.idle.cancel();
    kept.idle = this.#idleTimer(id);
    const state = await this.#running().ask({ type: "step", session: id, step, after });
    return this.#view(id, script, kept.version, state);
  }

  #known(script: string, id: string): Kept {
    const kept = this.#sessions.get(id);
    if (kept?.script === script) return kept;
    throw new RequestError(
      "not-found",
      `"${script}" has no simulation ${id}: it was ended, or nobody has gone on with it.`,
    );
  }

  async #code(
    script: string,
    code: CodeToTry,
  ): Promise<Code & { readonly version: number | null; readonly diagnostics: readonly Diagnostic[] }> {
    if (code.type === "draft") return { ...(await this.#parts.draft(script, code.upload)), version: null };
    const { ref, ...bundle } = await this.#parts.bundle(script, code.selector);
    return { ...bundle, version: ref.version, diagnostics: [] };
  }

  #view(id: string, script: string, version: number | null, state: SessionState): SimulationView {
    return { id, script, version, ...state };
  }

  #idleTimer(id: string): Timer {
    return this.#parts.clock.startTimer(IDLE_MS, { expire: () => this.#end(id) }, "idle");
  }

  #end(id: string): void {
    this.#sessions.get(id)?.idle.cancel();
    this.#sessions.delete(id);
    this.#process?.endSession(id);
    this.#releaseProcess();
  }

  /** Nobody needs it any more. */
  #releaseProcess(): void {
    if (this.#sessions.size > 0 || this.#beginning > 0) return;
    void this.#process?.stop();
    this.#process = null;
  }

  #running(): SimulatorProcess {
    if (this.#process !== null) return this.#process;
    const started = new SimulatorProcess(this.#parts, () => {
      if (this.#process !== started) return;
      this.#process = null;
      for (const { idle } of this.#sessions.values()) idle.cancel();
      this.#sessions.clear();
    });
    this.#process = started;
    return started;
  }
}
