/**
 * One side that has answered and is asked whether it takes the call (`confirm` of `forward`): it hears what it is asked,
 * and a key decides. The caller is none the wiser until then.
 */
import type { Confirm } from "../../../sdk/decisions.ts";
import type { Timer } from "../../base/clock.ts";
import type { AudioSource } from "../../port/media.ts";
import { requestWithin } from "../../sip/dialog/dialog.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import { sourcesOf } from "../audio/announcement.ts";
import type { AudioSide } from "../audio/audio-side.ts";
import type { Call } from "../call/call.ts";
import type { Leg } from "../call/leg.ts";

const DEFAULT_KEY = "1";
const DEFAULT_TIMEOUT_SECONDS = 10;
/** A prompt that is longer than this is not waited for. */
const LONGEST_PROMPT_MS = 60_000;

/** What came of it: the side takes the call, or it is hung up, by us or by itself. */
export interface ConfirmationUser {
  taken(confirmation: Confirmation): void;
  notTaken(confirmation: Confirmation): void;
}

export class Confirmation {
  readonly leg: Leg;
  /** The 2xx with which the side has answered. */
  readonly response: SipResponse;
  readonly #call: Call;
  readonly #side: AudioSide;
  readonly #user: ConfirmationUser;
  readonly #confirm: Confirm;
  #timer: Timer | null = null;
  #isOver = false;

  constructor(
    call: Call,
    answered: { readonly leg: Leg; readonly response: SipResponse; readonly side: AudioSide },
    confirm: Confirm,
    user: ConfirmationUser,
  ) {
    this.leg = answered.leg;
    this.response = answered.response;
    this.#side = answered.side;
    this.#call = call;
    this.#confirm = confirm;
    this.#user = user;
  }

  start(): void {
    this.leg.state.state = "asked";
    this.leg.state.dialog = this.leg.dialogOf(this.response);
    this.acknowledge();
    this.#startTimer(LONGEST_PROMPT_MS);
    const { prompt, say } = this.#confirm;
    const sounds = prompt === undefined ? [] : typeof prompt === "string" ? [prompt] : prompt;
    const text = say ?? (sounds.length === 0 ? `You have a call. To take it, press ${this.#key}.` : undefined);
    sourcesOf(this.#call, { sounds, text }).then((found) =>
      this.#call.guard(() => {
        if (this.#isOver) return;
        if (found.ok) this.#play(found.value);
        else this.#fail(found.problem);
      }),
    );
  }

  /** The 2xx has come, or has come again (RFC 3261 §13.2.2.4). */
  acknowledge(): void {
    const { leg, response } = this;
    const ack = requestWithin(leg.dialogOf(response), "ACK", leg.state.cseq);
    ack.fields.push(["Max-Forwards", "70"]);
    this.#call.exchange.stack.sendAck(ack);
  }

  takeKey(digit: string): void {
    if (this.#isOver) return;
    if (digit === this.#key) {
      this.#close();
      this.#side.sound.stopPlaying();
      this.#user.taken(this);
    } else this.#refuse();
  }

  /** The side has hung up itself. */
  left(): void {
    if (this.#isOver) return;
    this.#close();
    this.leg.state.state = "ended";
    this.#user.notTaken(this);
  }

  /** The audio of the side is gone: it cannot be asked any more. */
  audioLost(problem: string): void {
    if (!this.#isOver) this.#fail(problem);
  }

  /** Nobody waits for the answer any more. */
  abandon(fields: readonly HeaderField[] = []): void {
    if (this.#isOver) return;
    this.#close();
    this.leg.drop(this.response, fields);
  }

  get #key(): string {
    return this.#confirm.key ?? DEFAULT_KEY;
  }

  #play(sources: readonly AudioSource[]): void {
    this.#side.sound.play({ sources, loop: false }, ({ end, message }) => {
      if (this.#isOver) return;
      if (end === "failed") this.#fail(message ?? "the prompt was not played");
      else this.#startTimer((this.#confirm.timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * 1000);
    });
  }

  #startTimer(ms: number): void {
    this.#timer?.cancel();
    this.#timer = this.#call.startTimer(ms, { expire: () => this.#refuse() }, "confirm");
  }

  #fail(problem: string): void {
    this.#call.exchange.observer.stepFailed(this.#call.view, "confirm", problem);
    this.#refuse();
  }

  #refuse(): void {
    this.abandon();
    this.#user.notTaken(this);
  }

  #close(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }
}
