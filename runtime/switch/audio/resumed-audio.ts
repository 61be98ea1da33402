/**
 * The audio of a call that an earlier process has begun. The sides listen at the ports where they were heard before, with
 * the keys and numbers that they had, and hear each other again; a recording of both goes on in a file of its own. Where a
 * port cannot be had any more, or a side was a browser, whose encryption has died with the process, the call ends.
 */
import type { Call } from "../call/call.ts";
import type { AudioRecord, SideRecord } from "./audio-record.ts";
import { AudioSide } from "./audio-side.ts";
import type { CallAudio } from "./call-audio.ts";

const BROWSER_LOST = "The audio of a browser does not outlive a restart of the switch";

export class ResumedAudio {
  readonly #call: Call;
  readonly #audio: CallAudio;
  readonly #record: AudioRecord;
  #opening = 0;
  /** Why the call cannot go on: it ends once that can be told. */
  #problem: string | null = null;
  #isTold = false;

  constructor(call: Call, audio: CallAudio, record: AudioRecord) {
    this.#call = call;
    this.#audio = audio;
    this.#record = record;
  }

  /** Before the switch listens for messages, so that the pause is short. */
  open(): void {
    const { caller, callee } = this.#record;
    if (caller?.isBrowser === true || callee?.isBrowser === true) {
      this.#problem = BROWSER_LOST;
      return;
    }
    this.#opening = Number(caller !== null) + Number(callee !== null);
    const near = caller === null ? null : this.#openSide(caller, null);
    if (near !== null) this.#audio.seat("caller", near, "");
    const far = callee === null ? null : this.#openSide(callee, near);
    if (callee !== null && far !== null) this.#audio.seat("callee", far, callee.leg);
  }

  /** The switch listens. */
  proceed(): void {
    this.#isTold = true;
    if (this.#problem !== null) this.#call.ending.endWithoutAudio(this.#problem);
  }

  #openSide(record: SideRecord, near: AudioSide | null): AudioSide | null {
    const { audio } = this.#call.exchange;
    if (audio === null) {
      this.#problem = "This switch has no media plane";
      return null;
    }
    const address = { ...record.address, near, resumed: record };
    return new AudioSide(this.#audio, audio.plane, address, (problem) => {
      if (problem !== null) this.#fail(problem);
      else if (--this.#opening === 0) this.#opened();
    });
  }

  #fail(problem: string): void {
    this.#problem ??= problem;
    if (this.#isTold) this.#call.ending.endWithoutAudio(problem);
  }

  #opened(): void {
    if (this.#call.state.end !== null) return;
    const { isReleasing, recording } = this.#record;
    this.#audio.reunite();
    if (recording !== "none") this.#call.attempts.startRecording();
    if (recording === "paused") this.#audio.recording.pause(true);
    if (isReleasing) this.#audio.askRelease();
  }
}
