/**
 * Where INVITEs that begin a call wait while the process is busy. Everything else (what belongs to calls that are up, ACK,
 * BYE, answers) is handled the moment it is read, and new calls get the time that is left of each turn of the event loop:
 * so the switch takes as many as it can do, whatever comes, and no call that is up waits for one that is new. What would wait
 * for too long is refused at once. In a process that is not busy nothing waits here.
 */
import type { SipRequest } from "./message/message.ts";
import { type InviteRank, Overload } from "./overload.ts";
import type { Flow } from "./transport/flow.ts";
import { type Waiting, WaitingLine } from "./waiting-line.ts";

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
  serve(invite: SipRequest, flow: Flow): void;
  refuse(invite: SipRequest, flow: Flow): void;
}

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
/** Who has waited for so long is refused: his INVITE is about to come again. */
const TOO_LATE_MS = 400;
/** Strangers have to go before those whom we know. */
const RANKS: readonly InviteRank[] = ["stranger", "known"];
/** Of each rank. */
const LONGEST_QUEUE = 300;

export class InviteQueue {
  readonly #turns: Turns;
  readonly #user: InviteQueueUser;
  readonly #lines: Readonly<Record<InviteRank, WaitingLine>> = {
    known: new WaitingLine(),
    stranger: new WaitingLine(),
  };
  readonly #overload = new Overload();
  #readInTurn = 0;
  #servedInTurn = 0;
  #sliceMs = LONGEST_SLICE_MS;
  #isTurnAsked = false;
  readonly #turn = (): void => this.#onTurn();

  constructor(turns: Turns, user: InviteQueueUser) {
    this.#turns = turns;
    this.#user = user;
  }

  get length(): number {
    return this.#lines.known.length + this.#lines.stranger.length;
  }

  /** A message has been read, whatever it is. */
  noteRead(): void {
    this.#readInTurn++;
    // Most turns read a few messages: the others alone are worth being counted to their end.
    if (this.#readInTurn === MUCH_READ) this.#askForTurn();
  }

  /** Serves the INVITE, now or in a moment, or refuses it. */
  offer(invite: SipRequest, flow: Flow): void {
    const isBehind = this.#user.isBehind();
    if (this.length === 0 && this.#servedInTurn < AT_ONCE && this.#sliceMs > FLOODED_BELOW_MS && !isBehind) {
      this.#servedInTurn++;
      this.#askForTurn();
      this.#user.serve(invite, flow);
      return;
    }
    const rank = this.#user.rankOf(invite, flow);
    if (rank === "urgent") this.#user.serve(invite, flow);
    else if (isBehind || !this.#hasRoom(rank)) this.#user.refuse(invite, flow);
    else this.#lines[rank].push({ invite, flow, since: this.#turns.now() });
    this.#askForTurn();
  }

  /** The caller has given up: his INVITE is served, so that there is something to be cancelled. */
  cancelled(cancel: SipRequest): void {
    if (this.length === 0) return;
    for (const rank of RANKS) {
      const waiting = this.#lines[rank].take(({ invite }) => isOf(invite, cancel));
      if (waiting !== undefined) this.#user.serve(waiting.invite, waiting.flow);
    }
  }

  #hasRoom(rank: InviteRank): boolean {
    const { length } = this.#lines[rank];
    return length < LONGEST_QUEUE && this.#overload.hasTimeFor(rank, this.#ahead(rank, length), this.#turns.now());
  }

  /** How many come before the one at this place in the line: strangers stand behind those whom we know. */
  #ahead(rank: InviteRank, place: number): number {
    return rank === "known" ? place : this.#lines.known.length + place;
  }

  /** Since when the one has waited who came first. */
  get #waitingSince(): number | null {
    const { known, stranger } = this.#lines;
    if (known.head === undefined || stranger.head === undefined) return (known.head ?? stranger.head)?.since ?? null;
    return Math.min(known.head.since, stranger.head.since);
  }

  #askForTurn(): void {
    if (this.#isTurnAsked) return;
    this.#isTurnAsked = true;
    this.#turns.next(this.#turn);
  }

  #onTurn(): void {
    this.#isTurnAsked = false;
    const isMuchRead = this.#readInTurn >= MUCH_READ;
    const now = this.#turns.now();
    this.#sliceMs = isMuchRead ? this.#sliceMs * LESS : Math.min(this.#sliceMs + MORE_MS, LONGEST_SLICE_MS);
    this.#readInTurn = 0;
    this.#servedInTurn = 0;
    this.#overload.note(this.#waitingSince, now);
    try {
      this.#refuseLate(now);
      for (const rank of RANKS) this.#shorten(rank);
      this.#serveFor(this.#sliceMs);
    } finally {
      // A fault of ours costs the call it happens in, and not those that wait behind it.
      if (this.length > 0 || isMuchRead) this.#askForTurn();
    }
  }

  #refuseLate(now: number): void {
    for (const rank of RANKS) {
      const line = this.#lines[rank];
      for (let late = line.head; late !== undefined && now - late.since > TOO_LATE_MS; late = line.head) {
        line.shift();
        this.#user.refuse(late.invite, late.flow);
      }
    }
  }

  /** Those who came last have to go where it has become clear that their turn would come too late. */
  #shorten(rank: InviteRank): void {
    const line = this.#lines[rank];
    while (line.length > 0 && !this.#overload.mayStay(rank, this.#ahead(rank, line.length - 1))) {
      const last = line.pop();
      if (last !== undefined) this.#user.refuse(last.invite, last.flow);
    }
  }

  /** One of those whom we know at least: no flood keeps all of them out. */
  #serveFor(sliceMs: number): void {
    if (this.length === 0) return;
    const { known, stranger } = this.#lines;
    const end = this.#turns.now() + sliceMs;
    this.#serve(known.shift());
    while (this.length > 0 && sliceMs > FLOODED_BELOW_MS && this.#turns.now() < end)
      this.#serve(known.shift() ?? stranger.shift());
  }

  #serve(next: Waiting | undefined): void {
    if (next === undefined) return;
    this.#overload.served();
    this.#user.serve(next.invite, next.flow);
  }
}

/** RFC 3261 §9.2: the same branch from the same sender. */
function isOf(invite: SipRequest, cancel: SipRequest): boolean {
  const [one, other] = [invite.topVia, cancel.topVia];
  return one.branch === other.branch && one.host === other.host && one.port === other.port;
}
