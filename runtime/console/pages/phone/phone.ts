/** A phone of one user at the switch that has served the page: SIP over WebSocket (RFC 7118) and WebRTC, by JsSIP. One call at a time. */
import { type ReadonlySignal, signal } from "@preact/signals";
import { UA, WebSocketInterface } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession.js";
import type { RTCSessionEvent } from "jssip/lib/UA.js";
import { visibleLine } from "../../components/visible-text.ts";
import type { Account } from "./account.ts";
import { openMicrophone } from "./microphone.ts";
import { next, type PhoneEvent, type PhoneState, SILENT } from "./phone-state.ts";
import { causeProblem, type Problem, sipProblem } from "./problems.ts";
import { endingOf, type Response, watch } from "./session-events.ts";

/** The switch learns within this time that a page was closed. */
const REGISTER_SECONDS = 120;
/** Characters of a caller's name that are shown. */
const MOST_NAME = 80;
const DTMF = { transportType: "RFC2833", duration: 100, interToneGap: 70 };
const BUSY = { status_code: 486, reason_phrase: "Busy Here" };
const DECLINE = { status_code: 603, reason_phrase: "Decline" };

export class Phone {
  readonly #state = signal<PhoneState>(SILENT);
  readonly #ua: UA;
  /** Where the other side is heard. */
  readonly #audio: HTMLAudioElement;
  #session: RTCSession | null = null;
  #microphone: MediaStream | null = null;
  #hasEnded = false;

  constructor({ user, domain, password }: Account, audio: HTMLAudioElement) {
    this.#audio = audio;
    const socket = new WebSocketInterface(`${location.origin.replace(/^http/, "ws")}/sip`);
    this.#ua = new UA({
      sockets: [socket],
      uri: `sip:${encodeURIComponent(user)}@${domain}`,
      authorization_user: user,
      password,
      register_expires: REGISTER_SECONDS,
      session_timers: false,
      user_agent: "Strowger console",
    });
    this.#watchRegistration();
    this.#ua.on("newRTCSession", (event: RTCSessionEvent) => this.#begin(event));
    this.#tell({ type: "registration", registration: { state: "connecting", problem: null } });
    this.#ua.start();
  }

  get state(): ReadonlySignal<PhoneState> {
    return this.#state;
  }

  /** `target`: a URI; `party`: how it was typed. */
  async call(target: string, party: string): Promise<void> {
    if (this.#state.value.call !== null) return;
    this.#tell({ type: "dialled", party });
    await this.#withMicrophone((options) => this.#ua.call(target, options));
  }

  async answer(): Promise<void> {
    const session = this.#session;
    if (this.#state.value.call?.phase !== "ringing" || session?.direction !== "incoming") return;
    this.#tell({ type: "answering" });
    await this.#withMicrophone((options) => session.isEnded() || session.answer(options));
  }

  /** Ends the call, in whatever state it is. */
  hangUp(): void {
    const session = this.#session;
    if (session === null) this.#end({ type: "ended", ending: { type: "cancelled" } });
    else if (!session.isEnded()) {
      const isDeclined = session.direction === "incoming" && session.isInProgress();
      session.terminate(isDeclined ? DECLINE : {});
    }
  }

  hold(isHeld: boolean): void {
    if (isHeld) this.#session?.hold();
    else this.#session?.unhold();
  }

  mute(isMuted: boolean): void {
    if (isMuted) this.#session?.mute({ audio: true });
    else this.#session?.unmute({ audio: true });
    this.#tell({ type: "muted", isMuted });
  }

  /** By RTP (RFC 4733): a script hears it as `dtmf` or `gathered`. */
  press(key: string): void {
    if (this.#state.value.call?.phase !== "up") return;
    this.#session?.sendDTMF(key, DTMF as Parameters<RTCSession["sendDTMF"]>[1]);
    this.#tell({ type: "pressed", key });
  }

  /** Hands the other side on without asking (REFER, RFC 3515); the call goes on here where nobody answers there. */
  transfer(target: string, party: string): void {
    const failed = (problem: Problem) =>
      this.#tell({ type: "transfer", transfer: { state: "failed", target: party, problem } });
    this.#tell({ type: "transfer", transfer: { state: "asked", target: party } });
    this.#session?.refer(target, {
      eventHandlers: {
        requestFailed: ({ response, cause }: { response: Response | null; cause: string }) =>
          failed(response === null ? causeProblem(cause) : sipProblem(response.status_code, response.reason_phrase)),
        failed: ({ status_line }: { status_line: Response }) =>
          failed(sipProblem(status_line.status_code, status_line.reason_phrase)),
        accepted: () => this.hangUp(),
      },
    });
  }

  /** Signs off, and ends what is up. */
  end(): void {
    this.#hasEnded = true;
    this.hangUp();
    this.#ua.stop();
    this.#letGo();
  }

  #watchRegistration(): void {
    const registration = (state: PhoneState["registration"]) =>
      this.#tell({ type: "registration", registration: state });
    this.#ua.on("registered", () => registration({ state: "registered" }));
    this.#ua.on("unregistered", () => registration({ state: "connecting", problem: null }));
    this.#ua.on("disconnected", () => {
      if (this.#state.value.registration.state === "failed") return;
      registration({ state: "connecting", problem: causeProblem("Connection Error") });
    });
    this.#ua.on("registrationFailed", ({ response, cause }) => {
      // Without a connection, another attempt is made by itself.
      if (!response && !this.#ua.isConnected()) return;
      const problem = response ? sipProblem(response.status_code, response.reason_phrase) : causeProblem(cause);
      registration({ state: "failed", problem });
      // A call that is up goes on.
      if (this.#state.value.call === null) this.#ua.stop();
    });
  }

  #begin({ session, request, originator }: RTCSessionEvent): void {
    const isOurs = (originator as string) === "local";
    if (this.#session !== null || (!isOurs && this.#state.value.call !== null)) {
      session.terminate(BUSY);
      return;
    }
    this.#session = session;
    const tell = (event: PhoneEvent) => {
      if (this.#session === session) this.#tell(event);
    };
    watch(session, {
      tell,
      heard: (stream) => {
        this.#audio.srcObject = stream;
        void this.#audio.play().catch(() => {});
      },
      ended: (event) => this.#session === session && this.#end({ type: "ended", ending: endingOf(session, event) }),
    });
    const callId = request.getHeader("Call-ID") ?? "";
    if (isOurs) {
      tell({ type: "sent", callId });
      return;
    }
    const { display_name, uri } = session.remote_identity;
    const party = visibleLine(display_name || uri.user || uri.host).slice(0, MOST_NAME);
    tell({ type: "rang", callId, party });
  }

  /** Begins or answers once there is a microphone; says why where there is none. */
  async #withMicrophone(go: (options: object) => unknown): Promise<void> {
    const before = this.#state.value.call;
    const opened = await openMicrophone();
    const isGone = this.#hasEnded || this.#state.value.call !== before;
    if (!(opened instanceof MediaStream)) {
      if (isGone) return;
      this.#end({ type: "ended", ending: { type: "failed", problem: opened } });
      return;
    }
    if (isGone) {
      for (const track of opened.getTracks()) track.stop();
      return;
    }
    this.#microphone = opened;
    try {
      go({ mediaStream: opened, pcConfig: { iceServers: [] } });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.#end({ type: "ended", ending: { type: "failed", problem: { code: null, text } } });
    }
  }

  #end(event: Extract<PhoneEvent, { type: "ended" }>): void {
    const session = this.#session;
    this.#session = null;
    this.#letGo();
    this.#tell(event);
    if (session !== null && !session.isEnded()) session.terminate({ status_code: 480 });
  }

  #letGo(): void {
    for (const track of this.#microphone?.getTracks() ?? []) track.stop();
    this.#microphone = null;
    this.#audio.srcObject = null;
  }

  #tell(event: PhoneEvent): void {
    if (!this.#hasEnded || event.type === "ended") this.#state.value = next(this.#state.value, event);
  }
}
