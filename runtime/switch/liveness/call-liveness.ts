/** Whether both sides of an answered call are there: the call ends where one is not. */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { Call } from "../call/call.ts";
import { shareOf } from "./liveness.ts";
import { type GoneReason, SideWatch, type SideWatchUser } from "./side-watch.ts";

const SAID: { readonly [Reason in GoneReason]: (who: string) => string } = {
  "dialog-gone": (who) => `The ${who} knows nothing of the call any more`,
  "ping-unanswered": (who) => `The ${who} does not answer any more`,
  silence: (who) => `The ${who} is not heard any more, and does not answer`,
};

/** The call is answered: from now on its sides are to be there. */
export function watchSides(call: Call): CallLiveness {
  call.liveness ??= new CallLiveness(call);
  return call.liveness;
}

export class CallLiveness implements SideWatchUser {
  readonly #call: Call;
  readonly #caller: SideWatch;
  readonly #callee: SideWatch;

  constructor(call: Call) {
    this.#call = call;
    this.#caller = new SideWatch(call, "caller", this);
    this.#callee = new SideWatch(call, "callee", this);
  }

  begin(): void {
    this.#caller.begin();
    this.#callee.begin();
  }

  /** The call has been answered in an earlier process, and so have many others: they are asked one after the other. */
  resume(): void {
    const { id } = this.#call.state;
    this.#caller.begin(shareOf(`${id} caller`));
    this.#callee.begin(shareOf(`${id} callee`));
  }

  stop(): void {
    this.#caller.stop();
    this.#callee.stop();
  }

  /** The audio of a side that ends here does not come although it should, or comes again. */
  silent(side: Side, isSilent: boolean): void {
    this.#of(side).silent(isSilent);
  }

  sideGone(side: Side, reason: GoneReason): boolean {
    // Silence alone ends no call for help as long as anybody is there.
    const { isEmergency } = this.#call.state;
    if (isEmergency === true && reason !== "dialog-gone" && !this.#of(otherSide(side)).isGone) return false;
    const said = SAID[reason](side === "caller" ? "caller" : "called side");
    this.#call.ending.reap(reason, said, reason === "dialog-gone" ? 481 : 408);
    return true;
  }

  #of(side: Side): SideWatch {
    return side === "caller" ? this.#caller : this.#callee;
  }
}
