/**
 * Where recorded events run again: a sandbox of its own, so that nothing live waits behind it or suffers from what happens
 * in it. Started when it is needed, stopped when it has not been for a while.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import { RequestError } from "../base/errors.ts";
import { fail } from "../base/result.ts";
import type { CodeToTry, Upload, VersionSelector } from "../port/deployment.ts";
import type { RecordedEvent } from "../port/journal.ts";
import type { OperationResult, Operations, Sandbox, ScriptBundle } from "../port/sandbox.ts";
import type { HandlerName, ScriptOutcome, ScriptRef, ScriptRun } from "../port/script.ts";
import type { Replayed } from "./comparison.ts";
import { RecordedAnswers } from "./recorded-answers.ts";

const IDLE_MS = 60_000;
/** Versions that are loaded at the same time. */
const MOST_LOADED = 20;
/** Of a draft: versions count from 1. */
const DRAFT = 0;

export interface RehearsalParts {
  /** A sandbox whose scripts ask these operations. */
  create(operations: Operations): Sandbox;
  /** Throws `RequestError` (`not-found`). */
  bundle(script: string, selector: VersionSelector): Promise<ScriptBundle>;
  /** Code that is no version. Throws `DeployError` where it does not run. */
  draft(script: string, upload: Upload): Promise<Omit<ScriptBundle, "ref">>;
  /** Variables of a script. */
  environment(script: string): Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** Who answers what an event asks for. */
export interface Answers {
  ask(name: string, args: unknown, done: (result: OperationResult) => void): void;
}

export interface Candidate {
  readonly ref: ScriptRef;
  readonly handlers: ReadonlySet<HandlerName>;
  readonly isDraft: boolean;
}

export class Rehearsal implements TimerOwner {
  readonly #parts: RehearsalParts;
  #sandbox: Promise<Sandbox> | null = null;
  readonly #bundles = new Map<string, ScriptBundle>();
  readonly #loaded = new Set<string>();
  /** Events under way, by the names that they run under. */
  readonly #answers = new Map<string, Answers>();
  #runs = 0;
  #idle: Timer | null = null;
  #isStopped = false;

  constructor(parts: RehearsalParts) {
    this.#parts = parts;
  }

  /** Finds a version, or makes a draft ready; the draft of the script before it is gone then. */
  async find(script: string, code: CodeToTry): Promise<Candidate> {
    const bundle = await this.#bundle(script, code);
    const key = keyOf(bundle.ref);
    if (code.type === "draft") await this.#unload(key);
    this.#bundles.delete(key);
    this.#bundles.set(key, bundle);
    for (const oldest of this.#bundles.keys()) {
      if (this.#bundles.size <= MOST_LOADED) break;
      await this.#unload(oldest);
    }
    return { ref: bundle.ref, handlers: new Set(bundle.handlers), isDraft: code.type === "draft" };
  }

  /** Runs an event again, with the time, the randomness and the answers that it had. */
  async run({ ref }: Candidate, event: RecordedEvent, state: string): Promise<Replayed> {
    const { handler, domain, json, given } = event;
    if (given === null) throw new RequestError("conflict", "An event that has reached no script cannot run again.");
    const answers = new RecordedAnswers(event.operations, this.#parts.clock);
    const outcome = await this.perform({ ref, handler, domain, json, state, given }, answers);
    return { outcome, operations: answers.end() };
  }

  /** Runs an event whose operations somebody else answers. */
  async perform(run: Omit<ScriptRun, "callId">, answers: Answers): Promise<ScriptOutcome> {
    const sandbox = await this.#load(run.ref);
    const callId = `replay-${++this.#runs}`;
    this.#answers.set(callId, answers);
    this.#idle?.cancel();
    this.#idle = null;
    const outcome = await new Promise<ScriptOutcome>((resolve) => {
      sandbox.run({ ...run, callId }, { scriptOutcome: (_ticket, outcome) => resolve(outcome) });
    });
    this.#answers.delete(callId);
    if (this.#answers.size === 0) this.#idle = this.#parts.clock.startTimer(IDLE_MS, this, "idle");
    return outcome;
  }

  /** Nobody has needed it for a while. */
  expire(): void {
    this.#idle = null;
    void this.#end();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#idle?.cancel();
    await this.#end();
  }

  async #end(): Promise<void> {
    const sandbox = this.#sandbox;
    this.#sandbox = null;
    this.#loaded.clear();
    await (await sandbox?.catch(() => undefined))?.stop();
  }

  async #bundle(script: string, code: CodeToTry): Promise<ScriptBundle> {
    if (code.type === "version") return this.#parts.bundle(script, code.selector);
    return { ...(await this.#parts.draft(script, code.upload)), ref: { script, version: DRAFT } };
  }

  async #load(ref: ScriptRef): Promise<Sandbox> {
    if (this.#isStopped) throw new RequestError("conflict", "The switch is stopping.");
    this.#sandbox ??= this.#start();
    const sandbox = await this.#sandbox;
    const key = keyOf(ref);
    const bundle = this.#bundles.get(key) ?? (await this.#parts.bundle(ref.script, ref.version));
    this.#bundles.set(key, bundle);
    if (!this.#loaded.has(key)) {
      this.#loaded.add(key);
      sandbox.setEnvironment(ref.script, this.#parts.environment(ref.script));
      sandbox.load(bundle);
    }
    return sandbox;
  }

  async #unload(key: string): Promise<void> {
    const bundle = this.#bundles.get(key);
    this.#bundles.delete(key);
    if (!this.#loaded.delete(key) || bundle === undefined) return;
    (await this.#sandbox)?.unload(bundle.ref);
  }

  async #start(): Promise<Sandbox> {
    const sandbox = this.#parts.create({
      run: ({ callId }, name, args, done) => {
        const answers = callId === null ? undefined : this.#answers.get(callId);
        if (answers === undefined) done(fail({ code: "unavailable", message: "This event is over" }));
        else answers.ask(name, args, done);
      },
    });
    try {
      await sandbox.start();
      return sandbox;
    } catch (error) {
      this.#sandbox = null;
      throw error;
    }
  }
}

function keyOf({ script, version }: ScriptRef): string {
  return `${script} ${version}`;
}
