/**
 * The main thread's end of the storage worker: sends what was asked in one turn as one message, matches the replies,
 * bounds what waits, and starts the worker again when it has died. Whatever waited then is rejected, since nobody can
 * tell whether it was committed.
 */
import { Worker } from "node:worker_threads";
import { StorageError } from "../base/errors.ts";
import { LiveMap } from "../base/live-map.ts";
import type { Log } from "../base/log.ts";
import { Outage } from "../base/outage.ts";
import { describeFailure } from "./advice.ts";
import type { Reply, Request } from "./batch.ts";
import { isWrite, type OperationName } from "./operations.ts";
import { mayPass } from "./passing.ts";

export type ToWorker =
  | { readonly type: "open"; readonly file: string; readonly isReadOnly: boolean }
  | { readonly type: "requests"; readonly requests: readonly Request[] }
  | { readonly type: "snapshot"; readonly id: number; readonly target: string }
  | { readonly type: "close" };
export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "failed"; readonly message: string }
  | { readonly type: "replies"; readonly replies: readonly Reply[] };

/** Requests sent and not answered; beyond this the database does not keep up. */
export const MAX_WAITING_REQUESTS = 10_000;
/** A worker that dies at once is not started again before this. */
const RESTART_MS = 1_000;

const OUTAGE = {
  failing: "The database cannot be written: calls go on, and what must be kept waits in memory",
  again: "The database can be written again",
};

interface Waiting {
  readonly isWrite: boolean;
  resolve(value: unknown): void;
  reject(error: StorageError): void;
}

export interface StorageThreadOptions {
  /** The worker's module. */
  readonly module: URL;
  readonly file: string;
  readonly log: Log;
  /** The first one. @default it is started with the others */
  readonly worker?: Worker;
  /** Another process writes it, as this program or an earlier one does. @default false */
  readonly isReadOnly?: boolean;
}

export function startWorker(module: URL): Worker {
  // Flags of this process are not passed on: some are refused in a thread.
  return new Worker(module, { name: "storage", execArgv: [] });
}

export class StorageThread {
  readonly health: Outage;
  readonly #options: StorageThreadOptions;
  readonly #waiting = new LiveMap<number, Waiting>();
  #outbox: Request[] = [];
  #nextId = 1;
  #worker: Worker | null = null;
  #startedAt = Number.NEGATIVE_INFINITY;
  #closed: Promise<void> | null = null;

  constructor(options: StorageThreadOptions) {
    this.#options = options;
    this.health = new Outage(options.log, OUTAGE);
  }

  /** Resolves once the database is open and migrated. */
  start(): Promise<void> {
    const { worker, module } = this.#options;
    return new Promise((resolve, reject) => this.#open(worker ?? startWorker(module), resolve, reject));
  }

  request(name: OperationName, args: readonly unknown[]): Promise<unknown> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(new StorageError("store-unavailable", refusal));
    const id = this.#nextId++;
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push({ id, name, args });
    return new Promise((resolve, reject) => this.#waiting.set(id, { isWrite: isWrite(name), resolve, reject }));
  }

  /** Writes what is committed by now, as one database, into a file that is not there yet. */
  snapshot(target: string): Promise<void> {
    const refusal = this.#refusal();
    const worker = this.#worker;
    if (refusal !== null || worker === null) {
      return Promise.reject(new StorageError("store-unavailable", refusal ?? "the database is not open"));
    }
    this.#flush();
    const id = this.#nextId++;
    this.#post(worker, { type: "snapshot", id, target });
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, { isWrite: false, resolve: () => resolve(), reject }),
    );
  }

  /** Finishes what was asked for, then closes the database. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      const worker = this.#worker;
      if (worker === null) return resolve();
      worker.once("exit", () => resolve());
      this.#flush();
      this.#post(worker, { type: "close" });
    });
    return this.#closed;
  }

  #refusal(): string | null {
    if (this.#closed !== null) return "the store is closed";
    if (this.#waiting.size >= MAX_WAITING_REQUESTS) {
      return `${MAX_WAITING_REQUESTS} requests wait for the database: it is too slow, look at the disk and its load`;
    }
    if (this.#worker !== null) return null;
    if (performance.now() - this.#startedAt < RESTART_MS) return "the database is being opened again; try in a second";
    this.#restart();
    return null;
  }

  #flush(): void {
    const requests = this.#outbox;
    if (requests.length === 0) return;
    this.#outbox = [];
    if (this.#worker !== null) this.#post(this.#worker, { type: "requests", requests });
  }

  #post(worker: Worker, message: ToWorker): void {
    worker.postMessage(message);
  }

  #restart(): void {
    const log = this.#options.log;
    this.#open(
      startWorker(this.#options.module),
      () => log.info("database open again"),
      (error) => log.error("database cannot be opened again", { error }),
    );
  }

  #open(worker: Worker, onReady: () => void, onFailed: (error: StorageError) => void): void {
    const { file, isReadOnly = false } = this.#options;
    this.#startedAt = performance.now();
    this.#worker = worker;
    this.#post(worker, { type: "open", file, isReadOnly });
    let ready = false;
    let reason: unknown = "the storage worker ended by itself";
    worker.on("message", (message: FromWorker) => {
      if (message.type === "replies") this.#settle(message.replies);
      else if (message.type === "failed") reason = message.message;
      else {
        ready = true;
        onReady();
      }
    });
    worker.on("error", (error) => {
      reason = error;
    });
    worker.on("exit", () => {
      const text = reason instanceof Error ? reason.message : String(reason);
      const error = new StorageError("store-unavailable", describeFailure(file, text), { cause: reason });
      if (!ready) onFailed(error);
      this.#lose(worker, error, ready);
    });
  }

  #settle(replies: readonly Reply[]): void {
    for (const reply of replies) {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (waiting?.isWrite === true) this.#judge(reply);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new StorageError("store-unavailable", describeFailure(this.#options.file, reply.message)));
    }
  }

  #judge(reply: Reply): void {
    if (reply.ok) this.health.worked();
    else if (mayPass(reply.message))
      this.health.failed({ problem: describeFailure(this.#options.file, reply.message) });
  }

  /** `wasReady`: one that never was has told its end itself, and would not fare better at once. */
  #lose(worker: Worker, error: StorageError, wasReady: boolean): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    const lost = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#outbox = [];
    for (const waiting of lost) waiting.reject(error);
    if (this.#closed !== null || !wasReady) return;
    this.#options.log.error("storage worker died", { error, lost: lost.length });
    // Otherwise the first request after the pause starts it.
    if (performance.now() - this.#startedAt >= RESTART_MS) this.#restart();
  }
}
