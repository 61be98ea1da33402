/**
 * Where INVITEs that begin a call wait while the process is busy. Everything else (what belongs to calls that are up, ACK,
 * BYE, answers) is handled the moment it is read, and new calls get the time that is left of each turn of the event loop:
 * so the switch takes as many as it can do, whatever comes, and no call that is up waits for one that is new. A burst, or
 * what came while the process stood still, is made up for; who finds the line full is refused at once, and who was let wait
 * is served. In a process that is not busy nothing waits here.
 */
import type { SipRequest } from "./message/message.ts";
import { cancelledKey, type TransactionKey } from "./transaction/key.ts";
import type { Flow } from "./transport/flow.ts";

/** Who is served first, and who is refused first. */
export type InviteRank = "known" | "stranger";

/** The turns of the event loop. */
export interface Turns {
  /** Milliseconds of a clock that is never set. */
  now(): number;
  /** Runs it when all has been handled that could be read at once. */
  next(run: () => void): void;
}

export interface InviteQueueUser {
  /** `urgent`: it never waits. Asked only where the process is busy. */
  rankOf(invite: SipRequest, flow: Flow): InviteRank | "urgent";
  /** Whether what comes after the INVITE, the scripts, is behind with its work. */
  isBehind(): boolean;
  /** `waitedMs`: how long ago it was read. */
  serve(invite: SipRequest, flow: Flow, waitedMs: number): void;
  refuse(invite: SipRequest, flow: Flow): void;
}

interface Waiting {
  readonly invite: SipRequest;
  readonly flow: Flow;
  readonly since: number;
}

/** First come, first served. */
type Line = Map<TransactionKey, Waiting>;

/** INVITEs that are served the moment they are read, in one turn. */
const AT_ONCE = 4;
/** How long new calls may keep all else waiting: the receive buffer of a socket may hold no more than a few milliseconds. */
const LONGEST_SLICE_MS = 1;
/** So many messages in one turn tell that more may wait in the socket: the system gives 32 at once. */
const MUCH_READ = 30;
/** What comes first where more waits than is read: new calls get less time with each turn in which it is so, and more again. */
const [LESS, MORE_MS] = [0.8, 0.1];
/** Below this the socket has not been read to its end for a while. */
const FLOODED_BELOW_MS = 0.2;
/** Where more waits than is read, new calls are served so often, those of a few turns together: it costs less than one by one. */
const TOGETHER_MS = 10;
/** And for no longer: what a call needs later is several times what it needs at its beginning. */
const MOST_TOGETHER_MS = 1.5;
/** So many may wait: a burst of calls, or what comes to a busy switch in a second. */
const LONGEST_LINE = 1_000;
/** A line that has not come to its end for so long is no burst, and no cold start, but an overload: few may wait then. */
const PATIENCE_MS = 3_000;
const SHORT_LINE = 100;
/** An overload is over once nobody has been refused for so long; that nobody waits for a moment does not end it. */
const RELIEF_MS = 500;
/** For whom there has been no time for so long (RFC 3261 §17.1.1.2, T2): he is told. */
const TOO_LATE_MS = 4_000;

export class InviteQueue {
  readonly #turns: Turns;
  readonly #user: InviteQueueUser;
  readonly #known: Line = new Map();
  readonly #strangers: Line = new Map();
  /** Since when somebody has always waited, or has been refused now and then. */
  #busySince = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #readInTurn = 0;
  #servedInTurn = 0;
  #sliceMs = LONGEST_SLICE_MS;
  /** What new calls have been given since they were served last. */
  #savedMs = 0;
  #servedAt = Number.NEGATIVE_INFINITY;
  #isTurnAsked = false;
  readonly #turn = (): void => this.#onTurn();

  constructor(turns: Turns, user: InviteQueueUser) {
    this.#turns = turns;
    this.#user = user;
  }

  get length(): number {
    return this.#known.size + this.#strangers.size;
  }

  /** Strangers among them. */
  get strangers(): number {
    return this.#strangers.size;
  }

  /** A message has been read, whatever it is. */
  noteRead(): void {
    this.#readInTurn++;
    // Most turns read a few messages: the others alone are worth being counted to their end.
    if (this.#readInTurn === MUCH_READ) this.#askForTurn();
  }

  /** Whether such an INVITE waits: it came again, since nobody has answered it yet. */
  holds(key: TransactionKey): boolean {
    return this.#known.has(key) || this.#strangers.has(key);
  }

  /** Serves the INVITE, now or in a moment, or refuses it. */
  offer(invite: SipRequest, flow: Flow, key: TransactionKey): void {
    const isBehind = this.#user.isBehind();
    if (this.length === 0 && this.#servedInTurn < AT_ONCE && this.#sliceMs > FLOODED_BELOW_MS && !isBehind) {
      this.#servedInTurn++;
      this.#askForTurn();
      this.#user.serve(invite, flow, 0);
      return;
    }
    const rank = this.#user.rankOf(invite, flow);
    const now = this.#turns.now();
    if (this.length === 0 && now - this.#refusedAt > RELIEF_MS) this.#busySince = now;
    if (rank === "urgent") this.#user.serve(invite, flow, 0);
    else if (isBehind || !this.#hasRoom(rank, now)) this.#refuse(invite, flow, now);
    else this.#lineOf(rank).set(key, { invite, flow, since: now });
    this.#askForTurn();
  }

  /** The caller has given up: his INVITE is served, so that there is something to be cancelled. */
  cancelled(cancel: SipRequest): void {
    if (this.length === 0) return;
    const key = cancelledKey(cancel);
    for (const line of [this.#known, this.#strangers]) {
      const waiting = line.get(key);
      if (waiting === undefined) continue;
      line.delete(key);
      this.#serve(waiting);
    }
  }

  #serve({ invite, flow, since }: Waiting): void {
    this.#user.serve(invite, flow, this.#turns.now() - since);
  }

  #refuse(invite: SipRequest, flow: Flow, now: number): void {
    this.#refusedAt = now;
    this.#user.refuse(invite, flow);
  }

  #lineOf(rank: InviteRank): Line {
    return rank === "known" ? this.#known : this.#strangers;
  }

  /** Strangers stand behind those whom we know. */
  #hasRoom(rank: InviteRank, now: number): boolean {
    const most = now - this.#busySince > PATIENCE_MS ? SHORT_LINE : LONGEST_LINE;
    return (rank === "known" ? this.#known.size : this.length) < most;
  }

  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.#turns.next(this.#turn);
  }

  #onTurn(): void {
    this.#isTurnAsked = false;
    const isMuchRead = this.#readInTurn >= MUCH_READ;
    this.#sliceMs = isMuchRead ? this.#sliceMs * LESS : Math.min(this.#sliceMs + MORE_MS, LONGEST_SLICE_MS);
    this.#readInTurn = 0;
    this.#servedInTurn = 0;
    try {
      if (this.length > 0) this.#serveTogether(isMuchRead);
    } finally {
      // A fault of ours costs the call it happens in, and not those that wait behind it.
      if (this.length > 0 || isMuchRead) this.#askForTurn();
    }
  }

  #serveTogether(isMuchRead: boolean): void {
    const now = this.#turns.now();
    this.#savedMs = Math.min(this.#savedMs + this.#sliceMs, MOST_TOGETHER_MS);
    if (isMuchRead && now < this.#servedAt + TOGETHER_MS) return;
    const forMs = this.#savedMs;
    this.#savedMs = 0;
    this.#servedAt = now;
    this.#serveFor(forMs, now);
  }

  /** One of those whom we know at least: no flood keeps all of them out. */
  #serveFor(sliceMs: number, start: number): void {
    this.#refuseLate(this.#known, start);
    this.#refuseLate(this.#strangers, start);
    this.#serveFirst(this.#known);
    while (sliceMs > FLOODED_BELOW_MS && this.#turns.now() < start + sliceMs)
      if (!this.#serveFirst(this.#known) && !this.#serveFirst(this.#strangers)) return;
  }

  #serveFirst(line: Line): boolean {
    for (const [key, waiting] of line) {
      line.delete(key);
      this.#serve(waiting);
      return true;
    }
    return false;
  }

  #refuseLate(line: Line, now: number): void {
    for (const [key, { invite, flow, since }] of line) {
      if (now - since <= TOO_LATE_MS) return;
      line.delete(key);
      this.#refuse(invite, flow, now);
    }
  }
}
