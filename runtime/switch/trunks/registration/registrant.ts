/**
 * Keeps one registration of a trunk with one registrar: sends what the registration asks for, tells it what has come of
 * it, and holds its one timer.
 */
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { ClientRequest, RequestFailure, RequestUser } from "../../../sip/client-request.ts";
import type { Challenge } from "../../../sip/dialog/account.ts";
import type { SipResponse } from "../../../sip/message/message.ts";
import type { SipStack } from "../../../sip/stack.ts";
import { type Flow, isReliable } from "../../../sip/transport/flow.ts";
import { TrunkCredentials } from "../credentials.ts";
import type { Trunk, TrunkAccount } from "../trunk.ts";
import { readAnswer, troubleOf } from "./answer.ts";
import { newsOf, type RegistrationNews, type Standing } from "./news.ts";
import { newRegistration, type Registration, type RegistrationInput, type Sending, wakeAt } from "./registration.ts";
import { type RegisterDialog, registerDialog, registerRequest, requestUriOf } from "./request.ts";
import { stepRegistration } from "./step.ts";

export interface RegistrantParts {
  readonly clock: Clock;
  readonly stack: SipStack;
  readonly log: Log;
  readonly random: () => number;
  readonly trunk: Trunk;
  readonly registrar: string;
  onNews(news: RegistrationNews, registrant: Registrant): void;
  /** It is over: nothing follows. */
  onEnd(registrant: Registrant): void;
}

const FAILURES: Readonly<Record<RequestFailure, string>> = {
  unreachable: "there is no way to the registrar: its name cannot be looked up, or leads nowhere",
  timeout: "the registrar does not answer",
  transport: "there is no connection to the registrar",
};

export class Registrant implements TimerOwner {
  readonly registrar: string;
  readonly #parts: RegistrantParts;
  readonly #account: TrunkAccount;
  readonly #dialog: RegisterDialog;
  #registration: Registration;
  #credentials: TrunkCredentials;
  #cseq = 0;
  /** The request whose answer is waited for. */
  #asked: ClientRequest | null = null;
  #to: string | null = null;
  /** The connection by which the registrar reaches us. */
  #flow: Flow | null = null;
  #timer: Timer | null = null;
  #told: Standing | null = null;
  #hasEnded = false;

  constructor(parts: RegistrantParts) {
    const { trunk, registrar, stack } = parts;
    this.#parts = parts;
    this.registrar = registrar;
    this.#account = trunk.account ?? { username: "", password: "", realm: null };
    this.#credentials = new TrunkCredentials(this.#account);
    const ids = { callId: stack.mint.callId(), fromTag: stack.mint.tag() };
    this.#dialog = registerDialog(trunk, registrar, ids);
    this.#registration = newRegistration(trunk.registration?.expiresSeconds ?? 0);
  }

  get state(): Registration {
    return this.#registration;
  }

  begin(): void {
    this.#step({ type: "begin" });
  }

  /** Takes the registration back; `onEnd` follows, at once or when the registrar has answered. */
  end(): void {
    this.#step({ type: "end" });
  }

  /** The registrar has been away, and may have forgotten us. */
  renew(): void {
    this.#step({ type: "renew" });
  }

  flowClosed(flow: Flow): void {
    if (this.#flow === null || !isReliable(flow) || flow.connection !== this.#flow.connection) return;
    this.#flow = null;
    this.#step({ type: "flow-lost" });
  }

  expire(): void {
    this.#timer = null;
    this.#step({ type: "wake" });
  }

  #step(input: RegistrationInput): void {
    if (this.#hasEnded) return;
    const { clock, random, onNews, onEnd } = this.#parts;
    const { next, send } = stepRegistration(this.#registration, input, { now: clock.now(), lot: random() });
    this.#registration = next;
    if (next.activity.type !== "asking" && next.activity.type !== "ending") this.#forget();
    if (next.activity.type === "refused") this.#credentials = new TrunkCredentials(this.#account);
    if (send !== null) this.#send(send);
    this.#arm();
    const news = newsOf(this.#registration, this.#told);
    if (news !== undefined) {
      this.#told = news.state;
      onNews(news, this);
    }
    if (this.#registration.activity.type !== "idle" || this.#hasEnded) return;
    this.#hasEnded = true;
    onEnd(this);
  }

  #send({ seconds, to, credentials }: Sending): void {
    const { stack, log, trunk } = this.#parts;
    this.#forget();
    this.#to = to;
    const carried = credentials ?? this.#credentials.again(this.#challenged);
    const request = registerRequest(this.#dialog, { cseq: ++this.#cseq, seconds, to, credentials: carried });
    const reply = new Reply(this);
    try {
      const sent = stack.send(request, reply);
      // What cannot be sent at all fails before `send` returns.
      if (!reply.isOver) this.#asked = sent;
    } catch (error) {
      log.error("A REGISTER could not be made", { trunk: trunk.name, error });
      this.#step(laterBecause("the request could not be made"));
    }
  }

  onAnswer(response: SipResponse, request: ClientRequest): void {
    this.#asked = null;
    const { flow } = request;
    const contact = flow === undefined ? "" : this.#parts.stack.contact(this.#dialog.contactUser, flow);
    const answer = readAnswer(response, contact.slice(1, -1));
    if (answer.type === "accepted") this.#flow = flow ?? null;
    this.#step(answer.type === "challenged" ? this.#answer(answer.challenge, response) : answer);
  }

  onFailure(failure: RequestFailure): void {
    this.#asked = null;
    this.#step(laterBecause(FAILURES[failure]));
  }

  /** What credentials are made for. */
  get #challenged() {
    return { method: "REGISTER", uri: requestUriOf(this.#dialog, this.#to), body: "" };
  }

  #answer(challenge: Challenge, response: SipResponse): RegistrationInput {
    const credentials = this.#credentials.answer(challenge, this.#challenged);
    if (credentials !== undefined) return { type: "challenged", credentials };
    return { type: "refused", trouble: troubleOf(response), retryAfterSeconds: null };
  }

  /** Nobody waits for the answer to the last request any more. */
  #forget(): void {
    this.#asked?.release();
    this.#asked = null;
  }

  #arm(): void {
    this.#timer?.cancel();
    const at = wakeAt(this.#registration);
    const { clock } = this.#parts;
    this.#timer = at === null ? null : clock.startTimer(Math.max(0, at - clock.now()), this, "registration");
  }
}

/** Hears of one request. */
class Reply implements RequestUser {
  isOver = false;
  readonly #registrant: Registrant;

  constructor(registrant: Registrant) {
    this.#registrant = registrant;
  }

  onResponse(response: SipResponse, request: ClientRequest): void {
    if (response.status < 200 || this.isOver) return;
    this.isOver = true;
    this.#registrant.onAnswer(response, request);
  }

  onFailure(failure: RequestFailure): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#registrant.onFailure(failure);
  }
}

function laterBecause(reason: string): RegistrationInput {
  return { type: "later", trouble: { code: null, reason }, retryAfterSeconds: null };
}
