import { describe, expect, it } from "vitest";
import { silentLog } from "../../../../runtime/base/log.ts";
import { MailQueue } from "../../../../runtime/media/voicemail/mail/mail-queue.ts";
import type { Mail, MailResult } from "../../../../runtime/media/voicemail/mail/smtp.ts";
import type { MailRow, MailStore, VoicemailRow } from "../../../../runtime/port/voicemail-store.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";

const MINUTE_MS = 60_000;
const FAILED: MailResult = { type: "failed", reason: "450 later", unreachable: false };
const AWAY: MailResult = { type: "failed", reason: "connection refused", unreachable: true };

/** Rows as a database would keep them. */
class MemoryMails implements MailStore {
  readonly rows = new Map<string, MailRow>();

  add(message: string, createdAt: number): void {
    const email = "a@example.com";
    const times = { createdAt, nextAttemptAt: createdAt };
    this.rows.set(message, { message, email, ...times, attempts: 0, state: "waiting", error: null });
  }

  #waiting(): MailRow[] {
    return [...this.rows.values()]
      .filter(({ state }) => state === "waiting")
      .sort((a, b) => a.nextAttemptAt - b.nextAttemptAt);
  }

  async due(now: number, limit: number) {
    const rows = this.#waiting().filter(({ nextAttemptAt }) => nextAttemptAt <= now);
    return rows.slice(0, limit).map((mail) => ({ mail, message: messageOf(mail.message) }));
  }

  async nextAttemptAt(): Promise<number | undefined> {
    return this.#waiting()[0]?.nextAttemptAt;
  }

  async put(mail: MailRow): Promise<void> {
    this.rows.set(mail.message, mail);
  }

  async remove(message: string): Promise<void> {
    this.rows.delete(message);
  }
}

function messageOf(id: string): VoicemailRow {
  const texts = { from: "sip:b@x", fromName: "B", callId: "c", receivedAt: "2026-01-01T00:00:00.000Z" };
  const rest = { folder: "new", folderAt: 0, seconds: 1, transcript: null, transcription: "none" } as const;
  return { id, domain: "example.com", mailbox: "alice", ...texts, ...rest };
}

function setUp(answer: (mail: Mail) => MailResult) {
  const clock = new VirtualClock();
  const store = new MemoryMails();
  const attempts: { readonly id: string; readonly minute: number }[] = [];
  const start = clock.now();
  const mailer = {
    async send(mail: Mail): Promise<MailResult> {
      attempts.push({ id: mail.id, minute: (clock.now() - start) / MINUTE_MS });
      return answer(mail);
    },
    close() {},
  };
  const queue = new MailQueue({ store, mailer, clock, log: silentLog, audioOf: () => "/x.wav" });
  /** Lets time pass minute by minute, and what is due run to its end. */
  const pass = async (minutes: number): Promise<void> => {
    for (let minute = 0; minute < minutes; minute++) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(MINUTE_MS);
    }
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { clock, store, queue, attempts, pass };
}

describe("queue of mails", () => {
  it("tries ever more seldom, once an hour in the end, and gives up after three days", async () => {
    const { clock, store, queue, attempts, pass } = setUp(() => FAILED);
    store.add("m1", clock.now());
    queue.wake();
    await pass(4 * 24 * 60);
    expect(attempts.slice(0, 9).map(({ minute }) => minute)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
    expect(attempts.at(-1)?.minute).toBeLessThan(3 * 24 * 60 + 61);
    expect(store.rows.get("m1")).toMatchObject({ state: "failed", error: "450 later", attempts: attempts.length });
  });

  it("sends a mail that came in while another is long put off", async () => {
    const { clock, store, queue, attempts, pass } = setUp(({ id }) => (id === "m1" ? FAILED : { type: "sent" }));
    store.add("m1", clock.now());
    queue.wake();
    await pass(20);
    store.add("m2", clock.now());
    queue.wake();
    await pass(1);
    expect(attempts.filter(({ id }) => id === "m2")).toHaveLength(1);
    expect([...store.rows.keys()]).toEqual(["m1"]);
  });

  it("asks a server that is away once a round, and not for every mail", async () => {
    let isAway = true;
    const { clock, store, queue, attempts, pass } = setUp(() => (isAway ? AWAY : { type: "sent" }));
    for (let count = 0; count < 50; count++) store.add(`m${count}`, clock.now());
    queue.wake();
    await pass(0);
    expect(attempts).toHaveLength(1);
    isAway = false;
    await pass(2);
    expect(store.rows.size).toBe(0);
    expect(new Set(attempts.slice(1).map(({ id }) => id)).size).toBe(50);
    expect(clock.pending).toBe(0);
  });

  it("sends nothing more once it is stopped, and leaves no timer", async () => {
    const { clock, store, queue, attempts, pass } = setUp(() => FAILED);
    store.add("m1", clock.now());
    queue.wake();
    await pass(0);
    await queue.stop();
    queue.wake();
    await pass(10);
    expect(attempts).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });
});
