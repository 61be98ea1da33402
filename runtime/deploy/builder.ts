/** Builds scripts in disposable children: a check of one upload, or the types stripped off versions checked before. */
import type { Clock } from "../base/clock.ts";
import { AppError, DeployError } from "../base/errors.ts";
import type { ScriptModule } from "../port/sandbox.ts";
import type { HandlerName } from "../port/script.ts";
import { errorAt, FIRST_PLACE } from "./build/place.ts";
import type { BuildJob, BuildResult } from "./build/protocol.ts";
import { type BuildOutcome, DEADLINE_MS, runBuildChild } from "./build-child.ts";
import { refusal } from "./precheck.ts";
import { Slots } from "./queue.ts";
import { type ChildCommand, childCommand } from "./walls.ts";

const CHILDREN_AT_ONCE = 2;
/** Heap of a script in the trial load: the default limit of the sandbox. */
const MEMORY_MB = 32;
/** Versions stripped by one child at the start. */
const STRIP_AT_ONCE = 32;

export interface Source {
  readonly entry: string;
  readonly files: Readonly<Record<string, string>>;
  /** @default none */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Built {
  readonly modules: readonly ScriptModule[];
  readonly handlers: readonly HandlerName[];
}

export class Builder {
  readonly #clock: Clock;
  readonly #command: ChildCommand;
  readonly #slots = new Slots(CHILDREN_AT_ONCE);
  /** Modules that were built ahead, by what they were built of. */
  readonly #ahead = new Map<string, readonly ScriptModule[]>();

  constructor(clock: Clock, walls: readonly string[]) {
    this.#clock = clock;
    this.#command = childCommand(walls);
  }

  /** Throws `DeployError` for what cannot run. */
  async check({ entry, files, env = {} }: Source): Promise<Built> {
    const outcome = await this.#run([{ type: "check", entry, files, env }]);
    const [result] = outcome.results;
    if (result !== undefined && outcome.end.type === "done") return unwrap(result);
    throw toDeployError(entry, outcome);
  }

  /** As `check`, for a source that is stripped later: that takes no time then. */
  async checkAhead(source: Source): Promise<void> {
    const { modules } = await this.check(source);
    this.#ahead.set(keyOf(source), modules);
  }

  /** The modules of each source, `null` for one that cannot be stripped. */
  async strip(sources: readonly Source[]): Promise<(readonly ScriptModule[] | null)[]> {
    const known = sources.map((source) => this.#ahead.get(keyOf(source)));
    this.#ahead.clear();
    const others = await this.#stripAll(sources.filter((_source, index) => known[index] === undefined));
    return known.map((modules) => modules ?? others.shift() ?? null);
  }

  async #stripAll(sources: readonly Source[]): Promise<(readonly ScriptModule[] | null)[]> {
    const all: (readonly ScriptModule[] | null)[] = [];
    for (let start = 0; start < sources.length; start += STRIP_AT_ONCE) {
      all.push(...(await this.#stripTogether(sources.slice(start, start + STRIP_AT_ONCE))));
    }
    return all;
  }

  async #stripTogether(sources: readonly Source[]): Promise<(readonly ScriptModule[] | null)[]> {
    const { results } = await this.#run(sources.map(({ entry, files }) => ({ type: "strip", entry, files, env: {} })));
    const modules = results.map((result) => (result.type === "built" ? result.modules : null));
    if (modules.length === sources.length) return modules;
    // The first without a result ended the child: the rest goes to another one, and the same is done without it.
    const culprit =
      sources.length === 1 ? [null] : await this.#stripTogether(sources.slice(modules.length, modules.length + 1));
    const rest = sources.slice(modules.length + 1);
    return [...modules, ...culprit, ...(rest.length > 0 ? await this.#stripTogether(rest) : [])];
  }

  #run(jobs: readonly BuildJob[]): Promise<BuildOutcome> {
    return this.#slots.run(() => runBuildChild(this.#command, { memoryMB: MEMORY_MB, jobs }, this.#clock));
  }
}

function keyOf({ entry, files }: Source): string {
  return JSON.stringify([entry, files]);
}

function unwrap(result: BuildResult): Built {
  if (result.type === "built") return { modules: result.modules, handlers: result.handlers };
  if (result.type === "refused") throw refusal(result.diagnostics);
  throw new DeployError("validation-timeout", refusal(result.diagnostics).message, result.diagnostics);
}

function toDeployError(entry: string, { end, step }: BuildOutcome): AppError {
  if (step === null) {
    const reason = end.type === "crashed" ? end.reason : end.type;
    return new AppError("sandbox-unavailable", `the process that checks uploads does not start: ${reason}`);
  }
  const file = step.file || entry;
  const doing = { read: "reading", compile: "compiling", load: "loading" }[step.doing];
  const at = (code: string, message: string) => [errorAt(file, FIRST_PLACE, code, message)];
  if (end.type === "timeout") {
    const message = `${doing} ${file} took longer than ${DEADLINE_MS / 1000} s`;
    return new DeployError("validation-timeout", message, at("build-timeout", message));
  }
  if (end.type === "too-much-memory") {
    const message = `${doing} ${file} took too much memory`;
    return new DeployError("validation-crash", message, at("memory-limit", message));
  }
  const message = `${doing} ${file} ended the process that checks uploads (${end.type === "crashed" ? end.reason : "no result"})`;
  return new DeployError("validation-crash", message, at("build-crash", message));
}
