/**
 * A call of a simulation, as a test tells it and asks it. What the test does takes effect at once where the script needs
 * no promise, and otherwise with `await`, which is never wrong. A step that cannot be done, or does not come, is an error
 * that says what happened instead.
 */
import type { Decision } from "../../sdk/decisions.ts";
import type { CallEvent, Cdr } from "../../sdk/events.ts";
import type { CallFacts, Decided, FaultOfEvent, LogLine, SimulatedResponse } from "./call-facts.ts";
import { dialledUri } from "./caller.ts";
import { explain } from "./explain.ts";
import type { SimPhone } from "./network/sim-phone.ts";
import type { Work } from "./pace.ts";
import type { Simulation } from "./simulation.ts";
import { SimulationError } from "./simulation-error.ts";

const MS = 1000;
/** Until what was done has reached everybody. */
const SETTLE_MS = 60;
const KEY_MS = 200;
const WITHIN_SECONDS = 60;
/** What phones say, where the test does not. */
const REASONS: Readonly<Record<number, string>> = { 480: "Temporarily Unavailable", 486: "Busy Here", 603: "Decline" };

export interface WithinOptions {
  /**
   * How many seconds may pass until then.
   * @default 60
   */
  readonly within?: number;
}

export interface PressOptions {
  /**
   * Who presses: the caller, or a user who talks.
   * @default "caller"
   */
  readonly by?: string;
}

export class SimulatedCall {
  /** For the simulation and its matchers; tests read the getters. */
  readonly facts: CallFacts;
  readonly simulation: Simulation;
  /** How much of what was heard a test has asked for. */
  #heardSoFar = 0;

  constructor(simulation: Simulation, facts: CallFacts) {
    this.simulation = simulation;
    this.facts = facts;
  }

  /** The INVITE leaves. */
  begin(text: string, dial: () => void): void {
    void this.#act(() => [text, dial]);
  }

  /** Waits until the phone of a user rings, or of an address outside as the script names it. */
  rings(who: string, options: WithinOptions = {}): PromiseLike<void> {
    return this.#await(`the phone of "${who}" rings`, () => this.facts.ringing(who).length > 0, options);
  }

  /** Somebody whose phone rings takes the call. @default the only one whose phone rings */
  answers(who?: string): PromiseLike<void> {
    return this.#act(() => {
      const { phone, name } = this.#ringing("answers", who);
      return [`${name} answers`, () => phone.answer()];
    });
  }

  /** Somebody whose phone rings refuses the call. @default the only one, with 486 Busy Here */
  rejects(who?: string, code = 486, reason = REASONS[code] ?? "Refused"): PromiseLike<void> {
    return this.#act(() => {
      const { phone, name } = this.#ringing("rejects", who);
      return [`${name} rejects the call: ${code} ${reason}`, () => phone.reject(code, reason)];
    });
  }

  /** Phones ring, and nobody answers for so many seconds. */
  noAnswer(seconds: number): PromiseLike<void> {
    return this.#do(function* (call) {
      if (call.facts.ringing().length === 0) throw call.#failure(`noAnswer(${seconds}): no phone rings`);
      call.#note(`nobody answers for ${seconds} s`);
      yield* call.#pass(seconds * MS);
    });
  }

  /** Keys are pressed, one after the other: by RFC 4733 where the switch hears them, else by INFO. */
  presses(keys: string, { by = "caller" }: PressOptions = {}): PromiseLike<void> {
    return this.#do(function* (call) {
      const isThere = (): boolean => call.facts.endpointOf(by) !== undefined || call.facts.talking(by) !== undefined;
      yield* call.#pass(WITHIN_SECONDS * MS, () => call.isOver || isThere());
      for (const key of keys) {
        if (call.isOver || !isThere())
          throw call.#failure(`presses("${keys}"): no call of "${by}" takes the key ${key}`);
        call.#note(`${by} presses ${key}`);
        const endpoint = call.facts.endpointOf(by);
        if (endpoint !== undefined) endpoint.press(key);
        else call.facts.talking(by)?.sendKey(key);
        yield* call.#pass(KEY_MS);
      }
    });
  }

  /** The caller hangs up or gives up; or a user who talks hangs up. */
  hangsUp(who = "caller"): PromiseLike<void> {
    return this.#act(() => {
      const phone = who === "caller" ? this.facts.caller : this.facts.talking(who);
      if (phone === undefined || phone.line.state === "idle") {
        const advice = this.facts.ringing(who).length > 0 ? `; use rejects("${who}")` : "";
        throw this.#failure(`hangsUp("${who}"): ${who} is not in the call${advice}`);
      }
      return [`${who} hangs up`, () => phone.hangUp()];
    });
  }

  /** The phone of the caller, or of a user who talks, is gone without a word: its power is cut. */
  vanishes(who = "caller"): PromiseLike<void> {
    return this.#act(() => {
      const phone = this.facts.talking(who);
      if (phone === undefined) throw this.#failure(`vanishes("${who}"): ${who} is not in the call`);
      const act = (): void => {
        phone.keepTo("silent");
        this.facts.endpointOf(who)?.fallSilent();
      };
      return [`${who} is gone without a word`, act];
    });
  }

  /**
   * A phone has the other side transferred: to a user, a number or an address; or, attended, to whom it talks with in another
   * call. Who: `caller`, or a user.
   */
  transfers(who: string, to: string | SimulatedCall): PromiseLike<void> {
    return this.#act(() => {
      const there = this.facts.dialogOf(who);
      if (there === undefined) throw this.#failure(`transfers("${who}"): ${who} is not in the call`);
      const { phone, side } = there;
      const target = typeof to === "string" ? to : "the other call";
      return [`${who} transfers to ${target}`, () => phone.refer(side, this.#referTo(who, to))];
    });
  }

  #referTo(who: string, to: string | SimulatedCall): string {
    if (typeof to === "string") return dialledUri(to);
    const second = to.facts.dialogOf(who)?.side ?? to.facts.dialogOf("caller")?.side;
    if (second === undefined) throw this.#failure(`transfers("${who}"): ${who} is not in the other call`);
    const { callId, local, remote } = second;
    const replaces = `${callId};to-tag=${tagOf(remote)};from-tag=${tagOf(local)}`;
    return `${dialledUri("consulted")}?Replaces=${encodeURIComponent(replaces)}`;
  }

  /** The caller speaks for so many seconds, from the moment that the switch records. */
  speaks(seconds: number, { within = WITHIN_SECONDS }: WithinOptions = {}): PromiseLike<void> {
    return this.#do(function* (call) {
      const recording = () => {
        const endpoint = call.facts.endpointOf("caller");
        return endpoint?.recording === null ? undefined : endpoint;
      };
      yield* call.#pass(within * MS, () => call.isOver || recording() !== undefined);
      const endpoint = recording();
      if (endpoint === undefined) throw call.#failure(`speaks(${seconds}): nothing is recorded`);
      call.#note(`caller speaks for ${seconds} s`);
      endpoint.speak(seconds * MS);
      yield* call.#pass(seconds * MS);
    });
  }

  /** Waits until the caller has heard these, in this order: sounds by name, or a part of what is spoken. */
  hears(...sounds: readonly (string | RegExp)[]): PromiseLike<void> {
    return this.#do(function* (call) {
      for (const sound of sounds) yield* call.#hear(sound);
    });
  }

  /** Lets time pass. */
  advance(seconds: number): PromiseLike<void> {
    return this.simulation.advance(seconds);
  }

  /** Waits until the call is over. */
  ends(options: WithinOptions = {}): PromiseLike<void> {
    return this.#await("the call ends", () => this.isOver, options, SETTLE_MS);
  }

  /** Lets time pass until the call is over, and at most so many seconds. */
  advanceToEnd(mostSeconds: number): PromiseLike<void> {
    return this.#do(function* (call) {
      yield* call.#pass(mostSeconds * MS, () => call.isOver);
      if (call.isOver) yield* call.#pass(SETTLE_MS);
    });
  }

  /** The decision that has the call now: the step of the plan that is being done; `undefined` once it is over. */
  get decision(): Decision | undefined {
    return this.facts.step;
  }

  /** What each handler has returned, in order. */
  get decisions(): readonly Decided[] {
    return this.facts.decisions;
  }

  /** The events that the script was told, in order: those it has a handler for. */
  get events(): readonly CallEvent[] {
    // What the switch tells scripts are events.
    return this.facts.events as unknown as readonly CallEvent[];
  }

  /** The final response that the caller has got. */
  get response(): SimulatedResponse | undefined {
    return this.facts.response;
  }

  /** Every response that the caller has got, provisional ones as well. */
  get responses(): readonly SimulatedResponse[] {
    return this.facts.responses;
  }

  /** What the script remembers: `call.state`. */
  // biome-ignore lint/suspicious/noExplicitAny: each script gives its state the shape it likes.
  get state(): any {
    return JSON.parse(this.facts.call?.state.scriptState ?? "{}");
  }

  get tags(): Readonly<Record<string, string>> {
    return this.facts.call?.state.tags ?? {};
  }

  /** The record of the call; `undefined` until it is over. */
  get cdr(): Cdr | undefined {
    return this.facts.cdr ?? undefined;
  }

  /** What the script has printed. */
  get logs(): readonly LogLine[] {
    return this.facts.logs;
  }

  /** Where the script has failed. */
  get faults(): readonly FaultOfEvent[] {
    return this.facts.faults;
  }

  /** What the caller has heard, by name; what was spoken begins with `say:`. */
  get heard(): readonly string[] {
    return this.facts.heard;
  }

  /** What a target, as the script named it, has heard of the switch. */
  heardBy(who: string): readonly string[] {
    return this.facts.heardByOthers.get(who) ?? [];
  }

  /** Whose phones have rung, each once, in this order. */
  get rung(): readonly string[] {
    return this.facts.rung;
  }

  /** The trunks that the call has left by, each once, in the order in which they were tried. */
  get leftBy(): readonly string[] {
    return this.facts.leftBy;
  }

  /** Who talks with the caller. */
  get connectedTo(): string | undefined {
    return this.facts.connectedTo;
  }

  get isOver(): boolean {
    return this.facts.isOver;
  }

  /** The messages in the mailbox of a user, newest first. */
  mailbox(user: string): ReturnType<Simulation["mailbox"]> {
    return this.simulation.mailbox(user);
  }

  /** Everything that has happened in this simulation, one line each. */
  get timeline(): string {
    return this.simulation.timeline.toString();
  }

  *#hear(sound: string | RegExp): Work {
    const unheard = (): readonly string[] => this.heard.slice(this.#heardSoFar);
    const isHeard = (): boolean => unheard().some((heard) => matches(heard, sound));
    yield* this.#pass(WITHIN_SECONDS * MS, () => this.isOver || isHeard());
    if (!isHeard()) {
      const names = unheard().map((name) => JSON.stringify(name));
      const instead = names.length === 0 ? "nothing" : names.join(", ");
      const wanted = typeof sound === "string" ? JSON.stringify(sound) : String(sound);
      throw this.#failure(`hears(${wanted}): the caller has heard ${instead} since`);
    }
    this.#heardSoFar += unheard().findIndex((heard) => matches(heard, sound)) + 1;
  }

  #ringing(verb: string, who: string | undefined): { readonly phone: SimPhone; readonly name: string } {
    const phones = this.facts.ringing(who);
    const [first] = phones;
    if (first === undefined) {
      throw this.#failure(
        who === undefined ? `${verb}(): no phone rings` : `${verb}("${who}"): the phone of "${who}" does not ring`,
      );
    }
    if (who !== undefined || phones.length === 1) return first;
    throw this.#failure(`${verb}(): say who; the phones of ${phones.map(({ name }) => `"${name}"`).join(", ")} ring`);
  }

  #await(
    what: string,
    isSo: () => boolean,
    { within = WITHIN_SECONDS }: WithinOptions,
    settleMs = 0,
  ): PromiseLike<void> {
    return this.#do(function* (call) {
      yield* call.#pass(within * MS, () => isSo() || call.isOver);
      if (!isSo()) throw call.#failure(`expected that within ${within} s ${what}`);
      yield* call.#pass(settleMs);
    });
  }

  /** Does one thing, and gives it the time to reach everybody. */
  #act(prepare: () => readonly [text: string, act: () => void]): PromiseLike<void> {
    return this.#do(function* (call) {
      const [text, act] = prepare();
      call.#note(text);
      act();
      yield* call.#pass(SETTLE_MS);
    });
  }

  /** Does its work as soon as all that was begun before has been done. */
  #do(work: (call: this) => Work): PromiseLike<void> {
    return this.simulation.pace.do(this.#inTurn(work));
  }

  *#inTurn(work: (call: this) => Work): Work {
    yield* this.#pass(0);
    yield* work(this);
  }

  *#pass(ms: number, isSeen?: () => boolean): Work {
    const { pace, clock } = this.simulation;
    yield* pace.pass(clock.now() + ms, isSeen);
  }

  #note(text: string): void {
    this.simulation.timeline.add({ type: "act", text });
  }

  #failure(expectation: string): SimulationError {
    return new SimulationError(explain(this, expectation));
  }
}

function tagOf(party: string): string {
  return /;tag=([^;]+)/.exec(party)?.[1] ?? "";
}

function matches(heard: string, sound: string | RegExp): boolean {
  if (typeof sound !== "string") return sound.test(heard);
  return heard === sound || (heard.startsWith("say:") && heard.includes(sound));
}
