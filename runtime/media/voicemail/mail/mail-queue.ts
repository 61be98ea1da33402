/**
 * Mails that wait in the store: sent one after the other, tried again ever more seldom, given up after three days. One that
 * a server has taken is removed before it could be sent again, also while the store is away.
 */
import type { Clock, Timer, TimerOwner } from "../../../base/clock.ts";
import type { Log } from "../../../base/log.ts";
import type { MailRow, MailStore, VoicemailRow } from "../../../port/voicemail-store.ts";
import { toMessage } from "../delivery.ts";
import { formatMail } from "./mail-text.ts";
import type { Mailer, MailResult } from "./smtp.ts";

const FIRST_RETRY_MS = 60_000;
const LONGEST_RETRY_MS = 3_600_000;
const GIVE_UP_MS = 3 * 86_400_000;
/** The server cannot be reached: so long no other mail is tried. */
const SERVER_PAUSE_MS = 30_000;
const STORE_PAUSE_MS = 30_000;
const BATCH = 20;

export interface MailQueueOptions {
  readonly store: MailStore;
  readonly mailer: Mailer;
  readonly clock: Clock;
  readonly log: Log;
  audioOf(message: VoicemailRow): string;
}

/** What comes after a round. `isBlocked`: a mail that has come in meanwhile would fare no better now. */
interface Pause {
  readonly isBlocked: boolean;
  /** Until the next round; `null`: none is due. */
  readonly ms: number | null;
}

export class MailQueue implements TimerOwner {
  readonly #options: MailQueueOptions;
  /** Taken by a server, and not removed from the store yet. */
  readonly #sent = new Set<string>();
  #timer: Timer | null = null;
  #running: Promise<void> | null = null;
  #isWoken = false;
  #isStopped = false;

  constructor(options: MailQueueOptions) {
    this.#options = options;
  }

  /** Looks for mails whose time has come: at the start, and whenever one may have been added. */
  wake(): void {
    if (this.#isStopped) return;
    this.#isWoken = true;
    this.#running ??= this.#run();
  }

  expire(): void {
    this.#timer = null;
    this.wake();
  }

  /** Resolves when the mail that is being sent has been sent, or has failed. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#timer?.cancel();
    await this.#running;
    this.#options.mailer.close();
  }

  async #run(): Promise<void> {
    let pause: Pause;
    do {
      this.#isWoken = false;
      pause = await this.#sendDue().catch((error: unknown) => {
        this.#options.log.warn("Mails that wait cannot be read or changed in the store now", { error });
        return { isBlocked: true, ms: STORE_PAUSE_MS };
      });
    } while (this.#isWoken && !pause.isBlocked && !this.#isStopped);
    this.#running = null;
    if (pause.ms !== null) this.#schedule(pause.ms);
  }

  async #sendDue(): Promise<Pause> {
    const { store, clock } = this.#options;
    for (;;) {
      const due = await store.due(clock.now(), BATCH);
      for (const { mail, message } of due) {
        if (this.#isStopped) return { isBlocked: true, ms: null };
        if (!(await this.#send(mail, message))) return { isBlocked: true, ms: SERVER_PAUSE_MS };
      }
      if (due.length === 0) break;
    }
    const next = await store.nextAttemptAt();
    return { isBlocked: false, ms: next === undefined ? null : Math.max(0, next - clock.now()) };
  }

  /** `false`: the server cannot be reached. */
  async #send(mail: MailRow, message: VoicemailRow): Promise<boolean> {
    const { store, mailer, log, audioOf } = this.#options;
    if (!this.#sent.has(mail.message)) {
      const text = formatMail(toMessage(message));
      const result = await mailer.send({ ...text, id: message.id, to: mail.email, file: audioOf(message) });
      if (result.type !== "sent") {
        await this.#noteFailure(mail, result);
        return result.type === "refused" || !result.unreachable;
      }
      this.#sent.add(mail.message);
      log.info("A voicemail message has been mailed", { message: message.id, personal: { email: mail.email } });
    }
    await store.remove(mail.message);
    this.#sent.delete(mail.message);
    return true;
  }

  async #noteFailure(mail: MailRow, result: Exclude<MailResult, { type: "sent" }>): Promise<void> {
    const { store, clock, log } = this.#options;
    const { reason: error } = result;
    const attempts = mail.attempts + 1;
    const fields = { message: mail.message, attempts, reason: error, personal: { email: mail.email } };
    if (result.type === "refused" || clock.now() - mail.createdAt >= GIVE_UP_MS) {
      await store.put({ ...mail, attempts, error, state: "failed" });
      const why = result.type === "refused" ? "the mail server refuses it" : "it was tried for three days";
      log.error(`A voicemail message cannot be mailed: ${why}. It is in its mailbox`, fields);
      return;
    }
    const pauseMs = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** mail.attempts);
    await store.put({ ...mail, attempts, error, nextAttemptAt: clock.now() + pauseMs });
    log.warn("A voicemail message cannot be mailed now: it is tried again", fields);
  }

  #schedule(ms: number): void {
    if (this.#isStopped) return;
    this.#timer?.cancel();
    this.#timer = this.#options.clock.startTimer(ms, this, "mail");
  }
}
