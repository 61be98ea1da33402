/**
 * `voicemail`: greeting, beep, what the caller says. The message is safe on the disk and in the store before the caller
 * hears so; whoever hangs up in the middle has left what was said until then.
 */
import type { Voicemail } from "../../../sdk/audio.ts";
import type { VoicemailEvent } from "../../../sdk/events.ts";
import { toText } from "../../base/text.ts";
import type { Deposit, GreetingKind, Mailboxes } from "../../port/mailbox.ts";
import type { AudioSource } from "../../port/media.ts";
import { parseNameAddr } from "../../sip/message/header/name-addr.ts";
import type { Announcement } from "../audio/announcement.ts";
import { audioOf } from "../audio/caller-audio.ts";
import type { Recorded } from "../audio/side-sound.ts";
import { Stage } from "../audio/stage.ts";
import type { Call } from "../call/call.ts";
import type { StepResult } from "../call/plan-run.ts";
import type { Step } from "../call/step.ts";

/** Silence after which the message is over. */
const SILENCE_MS = 8_000;
/** Shorter than this, nobody has said anything. */
const LEAST_SPOKEN_MS = 300;
const LEAST_MS = 1_000;
const BUSY_CODES: ReadonlySet<number> = new Set([486, 600, 603]);
const BEEP: AudioSource = { type: "tone", tone: "beep" };
const FINISH = "#";

export function runVoicemail(call: Call, decision: Voicemail): StepResult {
  call.takeStep(new VoicemailStep(call, decision));
  return "taken";
}

class VoicemailStep implements Step {
  readonly #call: Call;
  readonly #stage: Stage;
  readonly #decision: Voicemail;
  readonly #mailbox: string;
  #phase: "greeting" | "recording" | "keeping" = "greeting";

  constructor(call: Call, decision: Voicemail) {
    this.#call = call;
    this.#stage = new Stage(call, this);
    this.#decision = decision;
    const { domain } = call.state;
    this.#mailbox = call.exchange.directory.findUser(domain, decision.mailbox) ?? decision.mailbox;
  }

  start(): void {
    this.#stage.open(false, () => {
      if (!this.#mailboxes.has(this.#call.state.domain, this.#mailbox)) this.#say("vm-nobox", this.#event("unknown"));
      else this.#greet();
    });
  }

  abandon(): void {
    this.#stage.abandon();
    if (this.#phase === "recording") this.#stage.stopRecording();
  }

  /** `#` skips the greeting, and ends the message. */
  takeKey(digit: string): boolean {
    if (digit !== FINISH) return true;
    if (this.#phase === "recording") this.#stage.stopRecording();
    else if (this.#phase === "greeting") {
      this.#stage.stopPlaying();
      this.#beep();
    }
    return true;
  }

  get #mailboxes(): Mailboxes {
    return audioOf(this.#call).mailboxes;
  }

  #greet(): void {
    const own = this.#ownGreeting();
    if (own !== null) {
      this.#stage.play([{ type: "file", file: own }], () => this.#beep());
      return;
    }
    this.#stage.perform(this.#shippedGreeting(), () => this.#beep());
  }

  #ownGreeting(): string | null {
    const kinds = this.#greetingKinds();
    const { domain } = this.#call.state;
    for (const kind of kinds) {
      const file = this.#mailboxes.greeting(domain, this.#mailbox, kind);
      if (file !== null) return file;
    }
    return null;
  }

  #greetingKinds(): readonly GreetingKind[] {
    const { greeting = "auto" } = this.#decision;
    if (greeting === "none") return [];
    if (greeting !== "auto") return [greeting];
    return this.#isBusy ? ["temporary", "busy", "unavailable"] : ["temporary", "unavailable"];
  }

  /** The name of the owner where it was spoken, and our own words. */
  #shippedGreeting(): Announcement {
    const { greeting = "auto" } = this.#decision;
    if (greeting === "none") return {};
    const isBusy = greeting === "busy" || (greeting === "auto" && this.#isBusy);
    const name = this.#mailboxes.greeting(this.#call.state.domain, this.#mailbox, "name");
    if (name === null) return { sounds: [isBusy ? "vm-greeting-busy" : "vm-greeting-unavailable"] };
    return { sounds: [`greeting:${this.#mailbox}/name`, isBusy ? "vm-is-busy" : "vm-is-unavailable"] };
  }

  /** Whether the called side was busy, or wanted nobody: by its last refusal. */
  get #isBusy(): boolean {
    const last = this.#call.state.attempts.findLast(({ code }) => code !== 487);
    return last !== undefined && BUSY_CODES.has(last.code);
  }

  #beep(): void {
    this.#phase = "recording";
    const { domain, id, invite } = this.#call.state;
    const from = parseNameAddr(invite.from);
    const details = { from: toText(from?.uri ?? ""), fromName: toText(from?.name ?? ""), callId: id };
    const deposit = this.#mailboxes.begin(domain, this.#mailbox, details);
    if (deposit === "unknown") this.#say("vm-nobox", this.#event("unknown"));
    else if (deposit === "full") this.#say("vm-full", this.#event("full"));
    else this.#stage.play([BEEP], () => this.#record(deposit));
  }

  #record(deposit: Deposit): void {
    const { file, maxSeconds } = deposit;
    const request = { file, what: "received", maxMs: maxSeconds * 1000, silenceMs: SILENCE_MS } as const;
    this.#stage.record(request, (event) => this.#recorded(deposit, event));
  }

  #recorded(deposit: Deposit, event: Recorded): void {
    this.#phase = "keeping";
    if (event.message !== null) this.#call.exchange.observer.stepFailed(this.#call.view, "voicemail", event.message);
    const seconds = event.ms / 1000;
    if (event.spokenMs < LEAST_SPOKEN_MS || event.ms < LEAST_MS) {
      this.#mailboxes.discard(deposit);
      this.#end("vm-too-short", this.#event(event.end === "failed" ? "failed" : "empty", seconds));
      this.#stage.recordingKept();
      return;
    }
    this.#mailboxes.keep(deposit).then(
      ({ id }) => this.#settled("vm-saved", this.#event("kept", seconds, id)),
      () => this.#settled("vm-not-saved", this.#event("failed", seconds)),
    );
  }

  #settled(prompt: string, event: VoicemailEvent): void {
    this.#call.guard(() => {
      this.#end(prompt, event);
      this.#stage.recordingKept();
    });
  }

  /** Who has hung up, or was called away, hears no more of it; the script does. */
  #end(prompt: string, event: VoicemailEvent): void {
    if (this.#stage.isOver) this.#call.emit(event);
    else this.#say(prompt, event);
  }

  #say(prompt: string, event: VoicemailEvent): void {
    this.#phase = "keeping";
    this.#stage.perform({ sounds: [prompt] }, () => this.#stage.end(event));
  }

  #event(end: VoicemailEvent["end"], seconds = 0, message: string | null = null): VoicemailEvent {
    return { type: "voicemail", mailbox: this.#mailbox, message, seconds, end };
  }
}
