/** What is known of a person is taken away: a user of ours, or a number. */

/** How much was taken away. */
export interface Redaction {
  /** Call records whose party he was: their times and results stay. */
  readonly cdrs: number;
  /** Calls whose messages and events were kept. */
  readonly journal: number;
  readonly recordings: number;
  /** Voicemails that he has left. */
  readonly voicemails: number;
  /** Text messages that he has sent, or was to get. */
  readonly messages: number;
}

export interface Redactions {
  /** `name`: a user, an extension, or a number as the records have it. Resolves when it is done; may be repeated. */
  redact(name: string): Promise<Redaction>;
}
