/**
 * One call's conversation with its script: events go in one at a time and in order, outcomes come back as inputs of the
 * call. An event that the script does not handle is not sent.
 */

import type { Decision } from "../../../sdk/decisions.ts";
import type { CallEvent } from "../../../sdk/events.ts";
import type { Clock, Timer } from "../../base/clock.ts";
import { parsePlan } from "../../contract/decision.ts";
import type { HandlerName, ScriptFault, ScriptOutcome, ScriptRef, ScriptRunOwner, Scripts } from "../../port/script.ts";
import type { CallState } from "./call-state.ts";
import { scriptInput } from "./call-view.ts";

/** A flood of INFO must not pile up behind a slow script; what comes on top of this is not told to the script. */
const LONGEST_QUEUE = 64;
/** Events that a peer can send any number of. The call depends on none of them. */
const REPEATABLE: ReadonlySet<HandlerName> = new Set(["ringing", "progress", "info", "reinvite", "limit"]);
/** How long the end of the call waits for a handler that is still busy before it is given up. */
const END_PATIENCE_MS = 100;

export interface SessionUser {
  guard(work: () => void): void;
  /** The handler has returned: a plan, or nothing. */
  decided(handler: HandlerName, plan: readonly Decision[] | undefined, epoch: number): void;
  faulted(handler: HandlerName, fault: ScriptFault, epoch: number): void;
}

interface Queued {
  readonly event: CallEvent;
  readonly epoch: number;
}

/** Events whose handler must say what is to happen. */
const DECIDING: ReadonlySet<HandlerName> = new Set(["invite"]);
/** Events after which a handler that still waits has nothing to decide any more. */
const FINAL: ReadonlySet<HandlerName> = new Set(["cancel", "bye", "ended"]);

export class ScriptSession implements ScriptRunOwner {
  readonly #call: CallState;
  readonly #ref: ScriptRef;
  readonly #scripts: Scripts;
  readonly #clock: Clock;
  readonly #user: SessionUser;
  readonly #queue: Queued[] = [];
  #running: { readonly ticket: number; readonly handler: HandlerName; readonly epoch: number } | null = null;
  #patience: Timer | null = null;

  constructor(call: CallState, scripts: Scripts, clock: Clock, user: SessionUser) {
    this.#call = call;
    this.#ref = { script: call.script, version: call.version };
    this.#scripts = scripts;
    this.#clock = clock;
    this.#user = user;
  }

  /** Whether the script has answered all that it was told. */
  get isIdle(): boolean {
    return this.#running === null && this.#queue.length === 0;
  }

  handles(handler: HandlerName): boolean {
    return this.#call.version > 0 && this.#scripts.handles(this.#ref, handler);
  }

  /** Sends an event, once those before it have been answered. */
  send(event: CallEvent): void {
    if (!this.handles(event.type)) return;
    const isFinal = FINAL.has(event.type);
    if (this.#queue.length >= LONGEST_QUEUE && REPEATABLE.has(event.type)) return;
    this.#queue.push({ event, epoch: this.#call.plan.epoch });
    if (this.#running === null) this.#next();
    else if (isFinal) this.#patience ??= this.#clock.startTimer(END_PATIENCE_MS, this, "patience");
  }

  scriptOutcome(ticket: number, outcome: ScriptOutcome): void {
    const running = this.#running;
    if (running === null || running.ticket !== ticket) return;
    this.#settle();
    this.#user.guard(() => this.#report(running.handler, running.epoch, outcome));
    this.#user.guard(() => this.#next());
  }

  /** The call is over and a handler still waits for something: it is given up. */
  expire(): void {
    this.#patience = null;
    const running = this.#running;
    if (running === null) return;
    this.#user.guard(() => this.#scripts.abort(running.ticket));
    this.#settle();
    this.#user.guard(() => this.#next());
  }

  #settle(): void {
    this.#running = null;
    this.#patience?.cancel();
    this.#patience = null;
  }

  #report(handler: HandlerName, epoch: number, outcome: ScriptOutcome): void {
    if (outcome.type === "fault") {
      this.#user.faulted(handler, outcome.fault, epoch);
      return;
    }
    if (outcome.value === undefined || outcome.value === null || handler === "ended") {
      if (DECIDING.has(handler)) {
        this.#user.faulted(
          handler,
          { reason: "no-decision", message: `The ${handler} handler returned no decision.` },
          epoch,
        );
        return;
      }
      this.#commit(outcome.state);
      this.#user.decided(handler, undefined, epoch);
      return;
    }
    const plan = parsePlan(outcome.value);
    if (!plan.ok) {
      const { path, message } = plan.problem;
      const where = path === "" ? "" : `${path}: `;
      this.#user.faulted(handler, { reason: "invalid-decision", message: `${where}${message}` }, epoch);
      return;
    }
    this.#commit(outcome.state);
    this.#user.decided(handler, plan.value, epoch);
  }

  /** The state is kept only together with a valid return. */
  #commit(state: string | undefined): void {
    if (state !== undefined) this.#call.scriptState = state;
  }

  #next(): void {
    if (this.#running !== null) return;
    const queued = this.#queue.shift();
    if (queued === undefined) return;
    const { event, epoch } = queued;
    const run = {
      ref: this.#ref,
      handler: event.type,
      callId: this.#call.id,
      domain: this.#call.domain,
      mayLeave: this.#call.mayLeave,
      json: scriptInput(this.#call, event, this.#clock.now()),
      state: this.#call.scriptState,
    };
    this.#running = { ticket: this.#scripts.run(run, this), handler: event.type, epoch };
    if (this.#queue.some((waiting) => FINAL.has(waiting.event.type))) {
      this.#patience = this.#clock.startTimer(END_PATIENCE_MS, this, "patience");
    }
  }
}
