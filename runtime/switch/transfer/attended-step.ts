/**
 * An attended transfer (RFC 5589 §7): whoever has asked for it has a second call here, and the far sides of both are to
 * talk with each other. The call in which the REFER came lives on, with the far side of the other; the other one ends. Where
 * the other still rings, it is waited for; gives its caller it up, whoever rang is called for this one.
 */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import { localResponse } from "../call/best-response.ts";
import type { Call } from "../call/call.ts";
import type { Borrower } from "./borrower.ts";
import type { NamedDialog } from "./dialogs.ts";
import { type JoinedMedia, Joining } from "./media/joining.ts";
import { adopt } from "./merge.ts";
import type { Referral } from "./refer/referral.ts";
import type { RunningTransfer } from "./running-transfer.ts";

export class AttendedStep implements RunningTransfer, Borrower {
  readonly who: Side;
  readonly place: Side;
  readonly by: Side;
  readonly target: string;
  readonly referral: Referral;
  readonly #call: Call;
  readonly #named: NamedDialog;
  #targets: readonly string[] = [];
  #joining: Joining | null = null;
  #isOver = false;

  constructor(call: Call, referral: Referral, named: NamedDialog) {
    this.#call = call;
    this.#named = named;
    this.referral = referral;
    this.who = referral.who;
    this.place = referral.by;
    this.by = referral.by;
    this.target = targetOf(named);
  }

  start(): void {
    const { call: other } = this.#named;
    if (other.transfers.isBusy) {
      this.#fail(491);
      return;
    }
    other.transfers.borrower = this;
    this.lenderChanged();
  }

  abandon(): void {
    if (this.#isOver) return;
    this.#close();
    this.#joining?.giveUp();
    this.#call.transfers.givenUp(this);
  }

  lenderChanged(): void {
    const { call: other } = this.#named;
    if (this.#isOver || this.#joining !== null) return;
    if (other.isConnected) {
      // RFC 3261 §14.1: no other INVITE before that.
      if (!other.caller.awaitsAck) this.#join();
      return;
    }
    const ringing = other.state.legs.filter(({ state }) => state === "calling" || state === "ringing");
    if (ringing.length > 0) this.#targets = [...new Set(ringing.map(({ target }) => target))];
    // Whoever talks to the switch alone has nobody to hand over.
    else if (other.state.answeredAt !== null) this.#fail(488);
  }

  lenderEnded(code: number): void {
    if (this.#isOver) return;
    const { by } = this.#named.call.state.end ?? {};
    const isGivenUp = by === this.#named.side && this.#joining === null && this.#targets.length > 0;
    if (!isGivenUp) {
      this.#joining?.giveUp();
      this.#fail(code === 200 ? 480 : code);
      return;
    }
    this.#close();
    this.#call.transfers.referrals.call(this.referral, { type: "forward", targets: this.#targets });
  }

  #join(): void {
    const { call: other, side } = this.#named;
    const seats = { call: this.#call, kept: this.who, other, far: otherSide(side) };
    this.#joining = new Joining(seats, {
      joined: (media) => this.#joined(media),
      notJoined: (status) => this.#fail(status),
    });
    this.#joining.start();
  }

  #joined(media: JoinedMedia): void {
    const { call: other, side } = this.#named;
    this.#close();
    const adopted = adopt(this.#call, other, otherSide(side), media);
    if (adopted === undefined) {
      this.#call.transfers.failed(this, localResponse(481));
      return;
    }
    this.#call.transfers.succeeded(this, adopted.newcomer, adopted.left);
  }

  #fail(status: number): void {
    if (this.#isOver) return;
    this.#close();
    this.#call.transfers.failed(this, localResponse(status));
  }

  #close(): void {
    this.#isOver = true;
    const { transferring } = this.#named.call;
    if (transferring?.borrower === this) transferring.borrower = null;
  }
}

/** Whom the other call is with. */
function targetOf({ call, side }: NamedDialog): string {
  const { legs, user, bridges } = call.state;
  if (side === "callee") return user ?? bridges[0]?.caller.remoteTarget ?? "";
  const [bridge] = bridges;
  const leg = legs.findLast(({ id, state }) => (bridge === undefined ? state !== "ended" : id === bridge.legId));
  return leg?.target ?? "";
}
