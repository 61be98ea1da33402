/** One call of a simulation that somebody steers from outside, step by step. */
import type { ScriptRef } from "../../port/script.ts";
import type { SimulatedMoment, SimulationStep } from "../../port/simulation-session.ts";
import type { SimulatedCall } from "../call.ts";
import { whereIs } from "../explain.ts";
import type { SimulationOptions } from "../options.ts";
import { HostedScripts } from "../script/hosted-scripts.ts";
import type { ScriptBench } from "../script/script-bench.ts";
import { Simulation } from "../simulation.ts";
import type { SessionStart, SessionState } from "./protocol.ts";

const LONGEST_SECONDS = 3_600;
/** Until what was done has reached everybody. */
const SETTLE_SECONDS = 0.06;
/** What is told of in one answer. */
const MOST_MOMENTS = 1_000;
const MOST_TEXT = 16_384;

export class Session {
  readonly #bench: ScriptBench;
  readonly #ref: ScriptRef;
  readonly #simulation: Simulation;
  readonly #call: SimulatedCall;

  private constructor(bench: ScriptBench, { bundle, call, world }: SessionStart) {
    this.#bench = bench;
    this.#ref = bundle.ref;
    // Plain data that the schema of the API has checked, field by field.
    const options = world as SimulationOptions;
    this.#simulation = new Simulation((around) => new HostedScripts(bench, bundle, around), options);
    this.#call = this.#simulation.invite(call);
  }

  /** Throws `SimulationError` for a world that cannot be. */
  static async begin(bench: ScriptBench, start: SessionStart): Promise<Session> {
    bench.load(start.bundle, start.world.env ?? {});
    try {
      const session = new Session(bench, start);
      await session.#call.advance(SETTLE_SECONDS);
      return session;
    } catch (error) {
      bench.unload(start.bundle.ref);
      throw error;
    }
  }

  /** Throws `SimulationError` for what cannot be done now. */
  async step(step: SimulationStep): Promise<void> {
    const call = this.#call;
    switch (step.type) {
      case "answer":
        return call.answers(step.who);
      case "reject":
        return call.rejects(step.who, step.code);
      case "wait":
        return call.advance(Math.min(step.seconds, LONGEST_SECONDS));
      case "finish":
        return call.advanceToEnd(LONGEST_SECONDS);
      case "press":
        return call.presses(step.keys, step.who === undefined ? {} : { by: step.who });
      case "speak":
        return call.speaks(step.seconds, { within: 1 });
      case "hangUp":
        return call.hangsUp(step.who);
      case "transfer":
        return call.transfers(step.who, step.to);
    }
  }

  async state(after: number): Promise<SessionState> {
    const call = this.#call;
    const { facts, response, decision, connectedTo, cdr } = call;
    const endpoint = facts.endpointOf("caller");
    const { moments, next } = this.#momentsSince(after);
    return {
      seconds: this.#simulation.timeline.seconds,
      where: whereIs(call),
      isOver: call.isOver,
      ringing: facts.ringing().map(({ name }) => name),
      talkingTo: connectedTo ?? null,
      takesKeys: endpoint !== undefined || connectedTo !== undefined,
      isRecording: endpoint?.recording != null,
      decision: decision ?? null,
      response: response === undefined ? null : { code: response.code, reason: response.reason },
      state: call.state,
      tags: call.tags,
      heard: call.heard,
      cdr: cdr ?? null,
      kv: await this.#simulation.kv(),
      moments,
      next,
    };
  }

  end(): void {
    this.#bench.unload(this.#ref);
  }

  #momentsSince(after: number): { readonly moments: readonly SimulatedMoment[]; readonly next: number } {
    const { moments, first } = this.#simulation.timeline;
    const from = Math.max(0, after + 1 - first);
    const told = moments.slice(from, from + MOST_MOMENTS).map((moment, index): SimulatedMoment => {
      const n = first + from + index;
      const text = "text" in moment ? { text: moment.text.slice(0, MOST_TEXT) } : {};
      return { ...moment, ...text, n };
    });
    return { moments: told, next: told.at(-1)?.n ?? after };
  }
}
