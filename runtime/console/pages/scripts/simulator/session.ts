/** One simulated call on the switch, step by step. */
import { signal } from "@preact/signals";
import type { SimulationBody } from "../../../../contract/simulation-session-api.ts";
import { send } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import type { Source } from "../api.ts";
import type { Moment } from "./moments.ts";
import type { World } from "./world.ts";

export type Step =
  | { readonly type: "answer" | "reject" | "hangUp"; readonly who: string }
  | { readonly type: "wait" | "speak"; readonly seconds: number }
  | { readonly type: "press"; readonly keys: string }
  | { readonly type: "finish" };

export interface Beginning {
  readonly version?: number;
  readonly draft?: Source;
  readonly call: { readonly to: string; readonly from?: string };
  readonly world: World;
}

/** Kept and shown; what is older is left out. */
const MOST_MOMENTS = 2000;

export class Session {
  readonly simulation = signal<SimulationBody | null>(null);
  readonly moments = signal<readonly Moment[]>([]);
  readonly isBusy = signal(false);
  readonly problem = signal<Error | null>(null);
  readonly #script: string;

  constructor(script: string) {
    this.#script = script;
  }

  /** Returns what was wrong; `null`: it has begun. */
  async begin(beginning: Beginning): Promise<Error | null> {
    await this.end();
    return await this.#run(async () => {
      const begun = await send<{ simulation: SimulationBody }>(
        "POST",
        path`/v1/scripts/${this.#script}/simulations`,
        beginning,
      );
      this.#take(begun.simulation, []);
    });
  }

  async step(step: Step): Promise<void> {
    const current = this.simulation.value;
    if (current === null || this.isBusy.value) return;
    await this.#run(async () => {
      const to = path`/v1/scripts/${this.#script}/simulations/${current.id}/steps`;
      const next = await send<SimulationBody>("POST", to, step, { query: { after: current.next } });
      this.#take(next, this.moments.value);
    });
  }

  /** The switch forgets it by itself as well. */
  async end(): Promise<void> {
    const current = this.simulation.value;
    this.simulation.value = null;
    this.moments.value = [];
    if (current === null) return;
    await send("DELETE", path`/v1/scripts/${this.#script}/simulations/${current.id}`).catch(() => undefined);
  }

  #take(simulation: SimulationBody, before: readonly Moment[]): void {
    this.simulation.value = simulation;
    this.moments.value = [...before, ...simulation.moments].slice(-MOST_MOMENTS);
  }

  async #run(work: () => Promise<void>): Promise<Error | null> {
    this.isBusy.value = true;
    this.problem.value = null;
    try {
      await work();
    } catch (error) {
      this.problem.value = error instanceof Error ? error : new Error(String(error));
    }
    this.isBusy.value = false;
    return this.problem.value;
  }
}
