/** One trunk of a simulation, as a test tells it what to do. */
import type { TrunkEvent } from "../../sdk/trunk-event.ts";
import type { Trunk } from "../switch/trunks/trunk.ts";
import type { GatewayManner } from "./network/sim-gateway.ts";
import type { Work } from "./pace.ts";
import type { SimulatedTrunks } from "./simulated-trunks.ts";

/** Until what was done has reached everybody. */
const SETTLE_MS = 60;
/** Attempts without an answer that make a gateway down. */
const ATTEMPTS = 2;

export interface OfGateway {
  /** One of several gateways, as it was declared. @default all of them */
  readonly gateway?: string;
}

export type ToldOfTrunk = Partial<Pick<TrunkEvent, "gateway" | "reason" | "code">>;

export class SimulatedTrunk {
  readonly #trunk: Trunk;
  readonly #all: SimulatedTrunks;

  constructor(trunk: Trunk, all: SimulatedTrunks) {
    this.#trunk = trunk;
    this.#all = all;
  }

  /** Whether calls can leave by it. */
  get isUp(): boolean {
    return this.#all.isUp(this.#trunk);
  }

  /** It gives no sign of life any more, the switch has noticed, and scripts are told. */
  goesDown({ gateway }: OfGateway = {}): PromiseLike<void> {
    return this.#do("goes down", () => {
      for (const [declared, there] of this.#all.gatewaysOf(this.#trunk, gateway)) {
        there.manner = "silent";
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) this.#all.report(this.#trunk, declared, "unreachable");
      }
    });
  }

  /** It answers again, and scripts are told. */
  comesUp({ gateway }: OfGateway = {}): PromiseLike<void> {
    return this.#do("comes up", () => {
      for (const [declared, there] of this.#all.gatewaysOf(this.#trunk, gateway)) {
        there.manner = "ringing";
        this.#all.report(this.#trunk, declared, "answered");
      }
    });
  }

  /** It gives no sign of life any more, which the switch has still to notice. */
  fallsSilent({ gateway }: OfGateway = {}): void {
    this.#behave("silent", gateway);
  }

  /** It refuses each call at once. */
  refuses(code: number, { gateway }: OfGateway = {}): void {
    this.#behave(code, gateway);
  }

  /** Those who are called by it ring, as at the beginning. */
  accepts({ gateway }: OfGateway = {}): void {
    this.#behave("ringing", gateway);
  }

  /** Scripts are told that its state is this, whatever it is: `failed`, with a code and a reason. */
  tells(state: TrunkEvent["state"], told: ToldOfTrunk = {}): PromiseLike<void> {
    const { gateway = null, reason = null, code = null } = told;
    const { name: trunk } = this.#trunk;
    return this.#do(`is ${state}`, () => this.#all.tell({ trunk, state, gateway, reason, code }));
  }

  #behave(manner: GatewayManner, uri: string | undefined): void {
    for (const [, there] of this.#all.gatewaysOf(this.#trunk, uri)) there.manner = manner;
  }

  #do(what: string, act: () => void): PromiseLike<void> {
    const { pace, clock, timeline } = this.#all.stage;
    const text = `trunk "${this.#trunk.name}" ${what}`;
    return pace.do(
      (function* (): Work {
        yield* pace.pass(clock.now());
        timeline.add({ type: "act", text });
        act();
        yield* pace.pass(clock.now() + SETTLE_MS);
      })(),
    );
  }
}
