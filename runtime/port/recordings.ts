/** Recordings of calls, as the API finds them: by the call, whether it is up or over. */

export interface CallRecording {
  /** As scripts are told in `recorded`. */
  readonly id: string;
  /** As far as it has come, where the call is still recorded. */
  readonly seconds: number;
  readonly bytes: number;
  /** ISO 8601 in UTC: when something was last written. */
  readonly writtenAt: string;
}

export interface Recordings {
  /** By id. Empty where the call is not known, too: nothing but the files tells of it. */
  ofCall(domain: string, callId: string): Promise<readonly CallRecording[]>;
  /** The WAV file of a recording; `undefined`: the call can have none of this name. It may be gone. */
  file(domain: string, callId: string, recording: string): string | undefined;
}
