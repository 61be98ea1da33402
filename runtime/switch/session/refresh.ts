/**
 * One refresh of a session by the switch (RFC 4028 §7.4, §10): UPDATE without a description where the side takes it, else
 * an INVITE with the very description that the side has had last, so that nothing changes but the time.
 */
import { otherSide, type Side } from "../../sdp/offer-answer.ts";
import type { RequestFailure, RequestUser } from "../../sip/client-request.ts";
import { type Dialog, refreshTarget, requestWithin } from "../../sip/dialog/dialog.ts";
import { refreshFields, type Session, sessionOfResponse } from "../../sip/dialog/session-timer.ts";
import type { HeaderField, Headers, SipResponse } from "../../sip/message/message.ts";
import { SDP_TYPE } from "../audio/caller-audio.ts";
import type { Call } from "../call/call.ts";
import type { Bridge, InviteExchange } from "../call/call-state.ts";
import { hasDescription } from "../call/description.ts";
import { sendReinvite } from "../call/reinvite-request.ts";
import { spokenOptions } from "../extensions.ts";
import { isQuiet } from "../transfer/media/quiet.ts";
import { noteAnswer } from "./moved-media.ts";

export type RefreshOutcome =
  | { readonly type: "refreshed"; readonly session: Session | null }
  | { readonly type: "failed"; readonly status: number; readonly headers: Headers | null; readonly method: string };

type Done = (outcome: RefreshOutcome) => void;

const MAX_FORWARDS: HeaderField = ["Max-Forwards", "70"];

/** `false`: nothing can be sent now, since something else is open in the call. */
export function startRefresh(call: Call, side: Side, session: Session, done: Done): boolean {
  const [bridge] = call.state.bridges;
  const dialog = bridge?.[side] ?? (side === "caller" ? call.state.own?.caller : undefined);
  if (dialog === undefined || call.caller.awaitsAck) return false;
  // What offers nothing may go at any time (RFC 3311 §5.1).
  if (bridge !== undefined && !session.takesUpdate && !isQuiet(call)) return false;
  new Refresh(call, { side, dialog, bridge: bridge ?? null }, session, done).start();
  return true;
}

class Refresh implements RequestUser {
  readonly #call: Call;
  readonly #side: Side;
  readonly #dialog: Dialog;
  readonly #bridge: Bridge | null;
  readonly #session: Session;
  readonly #done: Done;
  readonly #method: "UPDATE" | "INVITE";
  #isOver = false;
  /** What the bridge knows of INVITEs while ours is open: whoever sends one now has to wait (RFC 3261 §14.2). */
  #open: InviteExchange | null = null;
  #before: InviteExchange | null = null;

  constructor(
    call: Call,
    where: { readonly side: Side; readonly dialog: Dialog; readonly bridge: Bridge | null },
    session: Session,
    done: Done,
  ) {
    this.#call = call;
    this.#side = where.side;
    this.#dialog = where.dialog;
    this.#bridge = where.bridge;
    this.#session = session;
    this.#done = done;
    this.#method = session.takesUpdate ? "UPDATE" : "INVITE";
  }

  start(): void {
    const { exchange, contactUser } = this.#call;
    const cseq = ++this.#dialog.localCseq;
    const body = this.#method === "INVITE" ? this.#description() : "";
    if (this.#method === "INVITE") this.#occupy(cseq);
    const request = requestWithin(this.#dialog, this.#method, cseq);
    request.fields.push(MAX_FORWARDS, ["Supported", spokenOptions("call")], ...refreshFields(this.#session));
    if (body !== "") request.fields.push(SDP_TYPE);
    const outgoing = { ...request, contactUser, body };
    if (this.#method === "INVITE") sendReinvite(exchange.stack, outgoing, this);
    else exchange.stack.send(outgoing, this);
  }

  onResponse(response: SipResponse): void {
    this.#call.guard(() => this.#receive(response));
  }

  onFailure(failure: RequestFailure): void {
    const status = failure === "timeout" ? 408 : 503;
    this.#call.guard(() => this.#finish({ type: "failed", status, headers: null, method: this.#method }));
  }

  #receive(response: SipResponse): void {
    const { status, headers } = response;
    if (status < 200) return;
    if (status >= 300) {
      this.#finish({ type: "failed", status, headers, method: this.#method });
      return;
    }
    // RFC 3261 §13.2.2.4: again whenever the 2xx comes again.
    if (this.#method === "INVITE") this.#acknowledge(response.cseq.number);
    if (this.#isOver) return;
    refreshTarget(this.#dialog, response);
    const { clock, sessionTerms } = this.#call.exchange;
    const session = sessionOfResponse(headers, sessionTerms, clock.now(), this.#session);
    this.#finish({ type: "refreshed", session });
    if (this.#method === "INVITE" && hasDescription(response)) this.#agree(response.body);
  }

  #finish(outcome: RefreshOutcome): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#bridge !== null && this.#bridge.invite === this.#open) this.#bridge.invite = this.#before;
    this.#done(outcome);
  }

  #acknowledge(cseq: number): void {
    const ack = requestWithin(this.#dialog, "ACK", cseq);
    ack.fields.push(MAX_FORWARDS);
    this.#call.exchange.stack.sendAck(ack);
  }

  /** What the side has been told last: by us where its audio ends here, else by the other side. */
  #description(): string {
    const bridge = this.#bridge;
    if (bridge !== null && !bridge.isAnchored) return bridge.media[otherSide(this.#side)] ?? "";
    const audio = this.#call.audio.of(this.#side);
    const local = audio?.state.session.local ?? "";
    if (audio !== undefined && local !== "") audio.state.offered = local;
    return local;
  }

  /** A side whose audio ends here may answer that it listens elsewhere from now on. */
  #agree(answer: string): void {
    const bridge = this.#bridge;
    if (bridge === null || bridge.isAnchored) this.#call.audio.of(this.#side)?.accept(answer, true);
    else noteAnswer(this.#call, this.#side, answer);
  }

  #occupy(cseqOut: number): void {
    const bridge = this.#bridge;
    if (bridge === null || bridge.isAnchored) return;
    this.#before = bridge.invite;
    this.#open = { by: otherSide(this.#side), cseqIn: -1, cseqOut, state: "pending", ack: null };
    bridge.invite = this.#open;
  }
}
