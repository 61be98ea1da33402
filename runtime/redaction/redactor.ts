/** Takes away what is known of one person, wherever it is kept. What belongs to calls goes by the records that name him. */
import type { Redaction, Redactions } from "../port/redaction.ts";
import type { Store } from "../port/store.ts";

export interface RedactorParts {
  readonly domain: string;
  readonly store: Pick<Store, "cdrs" | "voicemail">;
  /** Forgets what was kept of these calls; resolves with how many there were. */
  forgetCalls(ids: readonly string[]): Promise<number>;
  forgetRecordings(ids: readonly string[]): Promise<number>;
  eraseVoicemail(mailbox: string, id: string): Promise<boolean>;
  /** Forgets text messages that somebody has sent, or was to get. */
  forgetMessages(name: string): Promise<number>;
}

export class Redactor implements Redactions {
  readonly #parts: RedactorParts;
  /** One after the other: each goes through all there is. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: RedactorParts) {
    this.#parts = parts;
  }

  redact(name: string): Promise<Redaction> {
    const done = this.#last.then(() => this.#redact(name));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #redact(name: string): Promise<Redaction> {
    const { domain, store, forgetCalls, forgetRecordings, forgetMessages } = this.#parts;
    // What hangs on the records goes first: were it to fail, they name him yet, and it can be done again.
    const ids = await store.cdrs.ofParty(domain, name);
    const journal = await forgetCalls(ids);
    const recordings = await forgetRecordings(ids);
    const voicemails = await this.#eraseVoicemails(name);
    const messages = await forgetMessages(name);
    const cdrs = await store.cdrs.redact(domain, name);
    return { cdrs, journal, recordings, voicemails, messages };
  }

  async #eraseVoicemails(name: string): Promise<number> {
    const { domain, store, eraseVoicemail } = this.#parts;
    let erased = 0;
    for (const { mailbox, id } of await store.voicemail.leftBy(domain, name)) {
      if (await eraseVoicemail(mailbox, id)) erased++;
    }
    return erased;
  }
}
