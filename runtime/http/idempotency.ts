/**
 * `Idempotency-Key`: the same POST sent twice is done once, and answered the same, for a day. Kept in memory and bounded;
 * what is only the fault of the moment (5xx, 429) is not kept, so that trying again helps.
 */
import { createHash } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { RequestProblem } from "./problem.ts";
import type { Rendered } from "./render.ts";

const KEPT_MS = 24 * 60 * 60 * 1000;
const MAX_KEYS = 2000;
const MAX_KEPT_CHARACTERS = 32 * 1024;
const KEY = /^[\x21-\x7e]{1,255}$/;

interface Entry {
  readonly fingerprint: string;
  readonly at: number;
  /** `undefined` while the first request runs. */
  answer: Rendered | undefined;
}

export class IdempotentAnswers {
  readonly #clock: Pick<Clock, "now">;
  /** By token and key, oldest first. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** The answer kept for this key of this token, or what `perform` answers. `request`: what makes it the same request. */
  async once(
    token: string,
    key: string,
    request: readonly (string | Buffer)[],
    perform: () => Promise<Rendered>,
  ): Promise<Rendered> {
    if (!KEY.test(key)) {
      throw new RequestProblem("invalid-request", "An Idempotency-Key has 1 to 255 visible ASCII characters.");
    }
    this.#forgetOld();
    const name = `${token} ${key}`;
    const fingerprint = fingerprintOf(request);
    const known = this.#entries.get(name);
    if (known !== undefined) return answerAgain(known, fingerprint);
    this.#makeRoom();
    const entry: Entry = { fingerprint, at: this.#clock.now(), answer: undefined };
    this.#entries.set(name, entry);
    const answer = await perform();
    if (isWorthKeeping(answer)) entry.answer = answer;
    else this.#entries.delete(name);
    return answer;
  }

  /** How many keys are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  #forgetOld(): void {
    const oldest = this.#clock.now() - KEPT_MS;
    for (const [name, entry] of this.#entries) {
      if (entry.at > oldest) return;
      if (entry.answer !== undefined) this.#entries.delete(name);
    }
  }

  /** The oldest answer goes first; a request that still runs stays. */
  #makeRoom(): void {
    if (this.#entries.size < MAX_KEYS) return;
    for (const [name, entry] of this.#entries) {
      if (entry.answer === undefined) continue;
      this.#entries.delete(name);
      return;
    }
    throw new RequestProblem("too-many-requests", "Too many requests with an Idempotency-Key are running.");
  }
}

function answerAgain(entry: Entry, fingerprint: string): Rendered {
  if (entry.fingerprint !== fingerprint) {
    throw new RequestProblem("idempotency-conflict", "This Idempotency-Key came with another request: use a new key.");
  }
  if (entry.answer === undefined) {
    throw new RequestProblem(
      "idempotency-in-progress",
      "Wait for the first request with this key, then send it again.",
    );
  }
  return entry.answer;
}

function isWorthKeeping(answer: Rendered): boolean {
  return answer.status < 500 && answer.status !== 429 && (answer.body?.length ?? 0) <= MAX_KEPT_CHARACTERS;
}

function fingerprintOf(request: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of request) hash.update(part).update("\0");
  return hash.digest("base64");
}
