/** A script on the same host as the bombs that gets an event every few milliseconds, and what becomes of each. */
import type { ScriptFault, ScriptOutcome, ScriptRef } from "../../../../runtime/port/script.ts";
import { until } from "../../../helpers/until.ts";
import type { ScriptRunner } from "../../sandbox/script-runner.ts";

const EVERY_MS = 4;
/** Each so many events, one waits in the host for a while: it is in flight where the host is lost. */
const ONE_WAITS_OF = 5;
const WAITS_MS = 10;

const SOURCE = `export default {
  invite: (call) => call.id,
  bye: (call) => new Promise((done) => setTimeout(done, ${WAITS_MS}, call.id)),
};`;

export interface Losses {
  readonly events: number;
  readonly atOnce: readonly ScriptFault[];
  readonly waiting: readonly ScriptFault[];
  readonly wrong: number;
}

export class Neighbour {
  readonly ref: ScriptRef;
  readonly #runner: ScriptRunner;
  readonly #atOnce: ScriptFault[] = [];
  readonly #waiting: ScriptFault[] = [];
  readonly #underWay = new Set<Promise<void>>();
  #events = 0;
  #wrong = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(runner: ScriptRunner) {
    this.#runner = runner;
    this.ref = runner.load("neighbour", SOURCE, true);
  }

  start(): void {
    this.#timer = setInterval(() => this.#next(), EVERY_MS);
  }

  /** Resolves once nothing holds the host up. */
  async isServed(): Promise<void> {
    await until(
      "an event of the neighbour",
      async () => (await this.#runner.run(this.ref)).type === "returned",
      60_000,
    );
  }

  /** Resolves once every event has its outcome. */
  async stop(): Promise<Losses> {
    clearInterval(this.#timer);
    await Promise.all(this.#underWay);
    return { events: this.#events, atOnce: this.#atOnce, waiting: this.#waiting, wrong: this.#wrong };
  }

  #next(): void {
    const callId = `call-${++this.#events}`;
    const waits = this.#events % ONE_WAITS_OF === 0;
    const handler = waits ? "bye" : "invite";
    const ended = this.#runner.run(this.ref, { handler, callId }).then((outcome) => this.#note(outcome, callId, waits));
    this.#underWay.add(ended);
    ended.finally(() => this.#underWay.delete(ended));
  }

  #note(outcome: ScriptOutcome, callId: string, waits: boolean): void {
    if (outcome.type === "fault") (waits ? this.#waiting : this.#atOnce).push(outcome.fault);
    else if (outcome.value !== callId) this.#wrong++;
  }
}
