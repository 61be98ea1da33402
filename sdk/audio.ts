/**
 * Decisions about what a caller hears and says: the switch answers the call itself (or sends early media) and speaks RTP
 * with the caller. Each is a step of a plan. When it has come to its end its event is raised, and what the handler returns
 * is done in place of the rest of the plan; returns it nothing, or is there none, the plan goes on.
 */

/**
 * What can be played. Tried in this order:
 * - `recording:ID` (of an event `recorded` of this call), `VoicemailMessage.audio`, `greeting:alice/busy` (a greeting that
 *   the owner of a mailbox has recorded),
 * - `tone:busy`, `tone:ringback`, `tone:congestion`, `tone:dial`, `tone:beep`; `silence:500` (milliseconds); `music`,
 * - `number:42` (spoken as a number), `digits:4711` (one by one), `time:2026-11-26T10:00:00Z` (spoken as day and time),
 * - the name of a WAV file in the folder of sounds (`media.sounds` of the configuration), without `.wav`: `welcome`,
 *   `de/welcome`,
 * - the name of a prompt of the switch: `vm-goodbye`, `please-hold`.
 */
export type Sound = string;

/** Answers the call, with audio from the switch; does nothing where it is answered already. */
export interface Answer {
  readonly type: "answer";
}

/** Tells the caller's phone that it rings (180), without calling anybody. */
export interface Ring {
  readonly type: "ring";
}

/** Waits, and then the plan goes on. */
export interface Wait {
  readonly type: "wait";
  /** 0.1 to 3600. */
  readonly seconds: number;
}

export interface EarlyOptions {
  /**
   * Is heard before the call is answered, as early media (183): nobody pays for it. Otherwise the call is answered first.
   * @default false
   */
  readonly early?: boolean;
}

export interface PlayOptions extends EarlyOptions {
  /**
   * Begins again when it has ended, until something else is decided.
   * @default false
   */
  readonly loop?: boolean;
}

/** Plays sounds one after the other; then raises `played`. */
export interface Play extends PlayOptions {
  readonly type: "play";
  readonly sounds: readonly Sound[];
}

export interface SayOptions extends EarlyOptions {
  /** One of the voices of the speech engine; default: as configured. */
  readonly voice?: string;
}

/** Speaks a text; then raises `played`. */
export interface Say extends SayOptions {
  readonly type: "say";
  /** At most 2,000 characters. */
  readonly text: string;
}

export interface GatherOptions extends EarlyOptions {
  /** Played first; the first key cuts it short. */
  readonly prompt?: Sound | readonly Sound[];
  /** Spoken first (after `prompt`). */
  readonly say?: string;
  /**
   * Ends after so many keys, 1 to 32.
   * @default 1
   */
  readonly digits?: number;
  /**
   * Ends at one of these keys, which is not counted: `"#"`, `"*#"`; an empty text: none.
   * @default "#"
   */
  readonly finishOn?: string;
  /**
   * How long to wait for the first key (after the prompt) and for each further one, in seconds, 0.5 to 60.
   * @default 5
   */
  readonly timeoutSeconds?: number;
  /**
   * How often the prompt is played again where no key has come, 0 to 10.
   * @default 0
   */
  readonly retries?: number;
}

/** Collects keys that the caller presses; then raises `gathered`. */
export interface Gather extends GatherOptions {
  readonly type: "gather";
}

export interface RecordOptions {
  /**
   * The longest it may be, in seconds, 1 to 3600.
   * @default 120
   */
  readonly maxSeconds?: number;
  /**
   * Ends after so much silence, in seconds, 1 to 60; `0`: silence does not end it.
   * @default 5
   */
  readonly silenceSeconds?: number;
  /**
   * Ends at one of these keys; an empty text: none.
   * @default "#"
   */
  readonly finishOn?: string;
  /**
   * Whether a beep says when to speak.
   * @default true
   */
  readonly beep?: boolean;
}

/** Records what the caller says; then raises `recorded`. */
export interface Record extends RecordOptions {
  readonly type: "record";
}

/** Records both parties of an answered call into one stereo file (left: caller, right: callee); raises `recorded` when it stops. */
export interface RecordCall {
  readonly type: "recordCall";
  readonly action: "start" | "stop" | "pause" | "resume";
}

export interface SendDtmfOptions {
  /**
   * Who hears the keys.
   * @default the callee where there is one, else the caller
   */
  readonly to?: "caller" | "callee";
}

/** Presses keys: `0`-`9`, `*`, `#`, `A`-`D`, and `w` for half a second of waiting. */
export interface SendDtmf extends SendDtmfOptions {
  readonly type: "sendDtmf";
  readonly digits: string;
}

export interface VoicemailOptions {
  /**
   * Which greeting is heard. `auto`: the temporary one where there is one, `busy` where the called side was busy, else
   * `unavailable`; `none`: the beep alone.
   * @default "auto"
   */
  readonly greeting?: "auto" | "unavailable" | "busy" | "none";
}

/** Takes a message for a mailbox: greeting, beep, what the caller says; then raises `voicemail`. */
export interface Voicemail extends VoicemailOptions {
  readonly type: "voicemail";
  /** The user (or extension) whose box it is. */
  readonly mailbox: string;
}

export type AudioDecision = Answer | Ring | Wait | Play | Say | Gather | Record | RecordCall | SendDtmf | Voicemail;

/** Answers the call. */
export function answer(): Answer {
  return { type: "answer" };
}

/** Tells the caller's phone that it rings. */
export function ring(): Ring {
  return { type: "ring" };
}

/** Waits. */
export function wait(seconds: number): Wait {
  return { type: "wait", seconds };
}

/** Plays one sound or several. */
export function play(sound: Sound | readonly Sound[], options: PlayOptions = {}): Play {
  return { type: "play", sounds: typeof sound === "string" ? [sound] : sound, ...options };
}

/** Speaks a text. */
export function say(text: string, options: SayOptions = {}): Say {
  return { type: "say", text, ...options };
}

/** Collects keys. */
export function gather(options: GatherOptions = {}): Gather {
  return { type: "gather", ...options };
}

/** Records the caller. */
export function record(options: RecordOptions = {}): Record {
  return { type: "record", ...options };
}

/** Starts, stops, pauses or resumes the recording of both parties. */
export function recordCall(action: RecordCall["action"]): RecordCall {
  return { type: "recordCall", action };
}

/** Presses keys. */
export function sendDtmf(digits: string, options: SendDtmfOptions = {}): SendDtmf {
  return { type: "sendDtmf", digits, ...options };
}
