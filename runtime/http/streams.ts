/**
 * Live streams (server-sent events). Whoever publishes is never slowed down: what a slow client cannot take in time is
 * dropped, counted, and told to it as a `dropped` event.
 */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { Clock, Timer, TimerOwner } from "../base/clock.ts";
import type { Feed } from "../port/feed.ts";
import { RequestProblem } from "./problem.ts";

export const MAX_CLIENTS_PER_STREAM = 10;
const MAX_CLIENTS = 100;
/** What waits for one client beside the buffer of its socket. */
const MAX_WAITING_CHARACTERS = 512 * 1024;
const HEARTBEAT_MS = 15_000;
/** Heartbeats that a client may miss before it is taken for dead. */
const MAX_MISSED_HEARTBEATS = 4;
const RECONNECT_MS = 1_000;

type Typed = { readonly type: string };

export interface Subscription<Entry extends Typed> {
  /** Names the stream for the limit of clients. */
  readonly name: string;
  readonly feed: Feed<Entry>;
  readonly headers: IncomingHttpHeaders;
  accepts(entry: Entry): boolean;
}

export class Streams {
  readonly #clock: Clock;
  readonly #clients = new Map<string, Set<StreamClient>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Begins a stream on a response: what the client has missed, as far as it is remembered, then what happens. Throws
   * before the response begins where the stream has as many clients as it may.
   */
  open<Entry extends Typed>(response: ServerResponse, subscription: Subscription<Entry>): void {
    const { name, feed, accepts } = subscription;
    this.#admit(name);
    const client = new StreamClient(response, this.#clock);
    const clients = this.#clients.get(name) ?? new Set();
    this.#clients.set(name, clients.add(client));
    replay(client, subscription);
    const unsubscribe = feed.subscribe((entry, id) => {
      if (accepts(entry)) client.offer(entry, id);
    });
    response.on("close", () => {
      unsubscribe();
      client.close();
      clients.delete(client);
      if (clients.size === 0) this.#clients.delete(name);
    });
  }

  /** Ends all streams. */
  close(): void {
    for (const clients of this.#clients.values()) for (const client of clients) client.close();
  }

  #admit(name: string): void {
    let all = 0;
    for (const clients of this.#clients.values()) all += clients.size;
    if ((this.#clients.get(name)?.size ?? 0) < MAX_CLIENTS_PER_STREAM && all < MAX_CLIENTS) return;
    const limit = `${MAX_CLIENTS_PER_STREAM} clients a stream, ${MAX_CLIENTS} in all`;
    throw new RequestProblem("too-many-requests", `Too many clients follow this stream (${limit}): end one first.`, {
      headers: { "Retry-After": String(HEARTBEAT_MS / 1000) },
    });
  }
}

class StreamClient implements TimerOwner {
  readonly #response: ServerResponse;
  readonly #clock: Clock;
  #heartbeat: Timer;
  #missed = 0;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #dropped = 0;

  constructor(response: ServerResponse, clock: Clock) {
    this.#response = response;
    this.#clock = clock;
    response.writeHead(200, {
      "Content-Type": "text/event-stream",
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
      // A connection that carried a stream has no use after it.
      Connection: "close",
      // Proxies that gather answers would hold events back.
      "X-Accel-Buffering": "no",
    });
    response.write(`retry: ${RECONNECT_MS}\n\n`);
    response.on("drain", () => this.#flush());
    this.#heartbeat = clock.startTimer(HEARTBEAT_MS, this, "heartbeat");
  }

  offer(entry: Typed, id: number): void {
    const isBusy = this.#response.writableNeedDrain || this.#waiting.length > 0;
    if (isBusy && (this.#dropped > 0 || this.#waitingCharacters >= MAX_WAITING_CHARACTERS)) {
      this.drop(1);
      return;
    }
    this.#write(`id: ${id}\nevent: ${entry.type}\ndata: ${JSON.stringify(entry)}\n\n`);
  }

  /** Counts what this client will not get. */
  drop(count: number): void {
    this.#dropped += count;
    if (this.#waiting.length === 0 && !this.#response.writableNeedDrain) this.#flush();
  }

  expire(): void {
    this.#missed = this.#response.writableNeedDrain ? this.#missed + 1 : 0;
    if (this.#missed >= MAX_MISSED_HEARTBEATS) {
      this.#response.destroy();
      return;
    }
    if (this.#missed === 0) this.#response.write(": alive\n\n");
    this.#heartbeat = this.#clock.startTimer(HEARTBEAT_MS, this, "heartbeat");
  }

  close(): void {
    this.#heartbeat.cancel();
    this.#waiting = [];
    this.#response.end();
  }

  #write(frame: string): void {
    if (this.#waiting.length > 0 || this.#response.writableNeedDrain) {
      this.#waiting.push(frame);
      this.#waitingCharacters += frame.length;
    } else {
      this.#response.write(frame);
    }
  }

  #flush(): void {
    let sent = 0;
    while (sent < this.#waiting.length && !this.#response.writableNeedDrain) {
      const frame = this.#waiting[sent++] ?? "";
      this.#waitingCharacters -= frame.length;
      this.#response.write(frame);
    }
    this.#waiting.splice(0, sent);
    if (this.#waiting.length > 0 || this.#dropped === 0 || this.#response.writableNeedDrain) return;
    this.#response.write(`event: dropped\ndata: ${JSON.stringify({ type: "dropped", count: this.#dropped })}\n\n`);
    this.#dropped = 0;
  }
}

/** What came after `Last-Event-ID`; what is forgotten already counts as dropped. */
function replay<Entry extends Typed>(client: StreamClient, { feed, headers, accepts }: Subscription<Entry>): void {
  const text = headers["last-event-id"];
  if (typeof text !== "string" || !/^\d{1,15}$/.test(text)) return;
  const seen = Number(text);
  const remembered = feed.since(-1);
  const newest = remembered.at(-1)?.id ?? seen;
  // A number that is yet to come is of a switch before its restart: all that is remembered is new to this client.
  const missed = newest < seen ? remembered : feed.since(seen);
  const first = missed[0];
  if (first !== undefined && newest >= seen && first.id > seen + 1) client.drop(first.id - seen - 1);
  for (const { id, entry } of missed) if (accepts(entry)) client.offer(entry, id);
}
