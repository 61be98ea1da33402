/**
 * Operations of an event that runs again: answered as they were recorded, in the order in which the answers came then.
 * What was not recorded is refused: nobody knows what would have come of it.
 */
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import { fail, ok } from "../base/result.ts";
import { withoutSecretFields } from "../base/secret-fields.ts";
import type { RecordedOperation } from "../port/journal.ts";
import type { OperationDifference } from "../port/replay.ts";
import type { OperationProblem, OperationResult } from "../port/sandbox.ts";
import { clip, differencesOf } from "./differences.ts";

/** An answer waits for those that came before it; one that is not asked for is waited for no longer than this. */
const PATIENCE_MS = 1000;
const MOST_DIFFERENCES = 20;

export class RecordedAnswers implements TimerOwner {
  readonly #clock: Clock;
  /** Not asked for so far, in the order in which they were. */
  readonly #recorded: RecordedOperation[];
  /** Answers that wait for their turn, by it. */
  readonly #ready = new Map<number, () => void>();
  readonly #differences: OperationDifference[] = [];
  #turn = 1;
  #patience: Timer | null = null;

  constructor(operations: readonly RecordedOperation[], clock: Clock) {
    this.#recorded = [...operations].sort((one, other) => one.number - other.number);
    this.#clock = clock;
  }

  ask(name: string, args: unknown, done: (result: OperationResult) => void): void {
    const asked = parse(withoutSecretFields(JSON.stringify(args)));
    const index = this.#recorded.findIndex(
      (recorded) => recorded.name === name && differencesOf(parse(recorded.args), asked).length === 0,
    );
    const found = this.#recorded[index];
    if (found === undefined) {
      this.#note({ type: "not-recorded", name, args: clip(asked) });
      const message = `${name} was not asked for in this way when the call was recorded: it is not done in a replay`;
      done(fail({ code: "unavailable", message }));
      return;
    }
    this.#recorded.splice(index, 1);
    if (index > 0) this.#note({ type: "out-of-order", name, args: clip(asked) });
    const { result, answeredAs } = found;
    if (result === null || answeredAs === null) return;
    this.#ready.set(answeredAs, () => done(resultOf(result)));
    this.#deliver();
  }

  /** What was asked for otherwise than it was recorded, once the event is over. */
  end(): readonly OperationDifference[] {
    this.#patience?.cancel();
    for (const { name, args } of this.#recorded) this.#note({ type: "not-asked", name, args: clip(parse(args)) });
    return this.#differences;
  }

  expire(): void {
    this.#patience = null;
    this.#turn = Math.min(...this.#ready.keys());
    this.#deliver();
  }

  #deliver(): void {
    for (let next = this.#ready.get(this.#turn); next !== undefined; next = this.#ready.get(this.#turn)) {
      this.#ready.delete(this.#turn++);
      next();
    }
    if (this.#ready.size === 0) return;
    // One that was asked for late came before: its turn is over.
    const [late] = [...this.#ready.keys()].filter((turn) => turn < this.#turn);
    if (late !== undefined) {
      const deliver = this.#ready.get(late);
      this.#ready.delete(late);
      deliver?.();
    }
    if (this.#ready.size > 0) this.#patience ??= this.#clock.startTimer(PATIENCE_MS, this, "patience");
  }

  #note(difference: OperationDifference): void {
    if (this.#differences.length < MOST_DIFFERENCES) this.#differences.push(difference);
  }
}

/** The recording was written by the switch itself, from a result of this very type. */
function resultOf(text: string): OperationResult {
  if (text.startsWith("f")) return fail(JSON.parse(text.slice(1)) as OperationProblem);
  return ok(text === "r" ? undefined : parse(text.slice(1)));
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
