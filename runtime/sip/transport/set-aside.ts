/**
 * Sets aside what comes, for the process that takes the place of this one. While this process finishes what it has begun,
 * that is what begins something: what belongs to a transaction that is there passes, and so does what a call that is not
 * answered yet needs. Once it has finished it is everything.
 */
import type { SipRequest, SipResponse } from "../message/message.ts";
import { type Flow, LOST_CONNECTION } from "./flow.ts";
import type { Transport } from "./transport.ts";
import type { TransportUser } from "./transport-layer.ts";

/** As much as comes in the time that finishing may take; what comes beyond it is sent again. */
const MOST_MESSAGES = 20_000;
const PASSES: ReadonlySet<string> = new Set(["ACK", "CANCEL", "PRACK"]);

/** One octet a character. */
export interface HeldMessage {
  readonly text: string;
  readonly flow: Flow;
}

export class SetAside {
  readonly #isKnown: (request: SipRequest) => boolean;
  readonly #held: HeldMessage[] = [];
  #takes: "nothing" | "beginnings" | "everything" = "nothing";

  /** `isKnown`: whether a request belongs to a transaction that is there. */
  constructor(isKnown: (request: SipRequest) => boolean) {
    this.#isKnown = isKnown;
  }

  ofWire(connect: (user: TransportUser) => Transport): (user: TransportUser) => Transport {
    return (user) =>
      connect({
        onRequest: (request, flow) => {
          if (this.#passes(request, flow)) user.onRequest(request, flow);
          else this.#hold(request, flow);
        },
        onResponse: (response, flow) => {
          if (this.#takes !== "everything") user.onResponse(response, flow);
          else this.#hold(response, flow);
        },
        onFlowFailed: (flow, failure) => {
          if (this.#takes !== "everything") user.onFlowFailed(flow, failure);
        },
        onFlowClosed: (flow) => {
          if (this.#takes !== "everything") user.onFlowClosed?.(flow);
        },
      });
  }

  /** Whatever begins something waits from now on. */
  beginnings(): void {
    this.#takes = "beginnings";
  }

  /** Nothing is handled here any more. */
  everything(): void {
    this.#takes = "everything";
  }

  /** What was set aside, in its order. */
  take(): readonly HeldMessage[] {
    return this.#held.splice(0);
  }

  #passes(request: SipRequest, flow: Flow): boolean {
    if (this.#takes !== "beginnings") return this.#takes === "nothing";
    // Nobody else can answer over a connection of this process.
    return flow.connection !== 0 || PASSES.has(request.method) || this.#isKnown(request);
  }

  #hold(message: SipRequest | SipResponse, flow: Flow): void {
    if (this.#held.length >= MOST_MESSAGES) return;
    if (flow.connection === 0) this.#held.push({ text: message.text, flow });
    // Whoever has begun something over a connection begins it anew over the next one.
    else if (message.toTag !== undefined) {
      this.#held.push({ text: message.text, flow: { ...flow, connection: LOST_CONNECTION } });
    }
  }
}
