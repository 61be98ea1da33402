/** The media workers: a new endpoint goes to the one with the fewest, and one that has died is replaced. */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import { ConfigError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import type { CodecName } from "../../port/media.ts";
import type { EndpointEvent, WorkerCounters } from "./protocol.ts";
import { Respawn } from "./respawn.ts";
import { WorkerThread, type WorkerThreadOptions, type WorkerUser } from "./worker-thread.ts";

export interface PoolUser {
  onEvent(event: EndpointEvent): void;
  /** A worker has died, and with it every endpoint that lived there. */
  onLost(worker: WorkerThread, reason: string): void;
}

export interface PoolOptions extends WorkerThreadOptions {
  readonly workers: number;
  readonly log: Log;
}

export class WorkerPool implements WorkerUser, TimerOwner {
  /** Codecs that the workers can speak. */
  codecs: readonly CodecName[] = [];
  /** Workers that have died. */
  lost = 0;
  readonly #options: PoolOptions;
  readonly #user: PoolUser;
  readonly #respawn = new Respawn();
  /** Of workers that are to be replaced later, the shortest first. */
  readonly #pauses: Timer[] = [];
  readonly #workers = new Set<WorkerThread>();
  /** What dead workers had counted. */
  #past: WorkerCounters = noCounts;
  #state: "starting" | "running" | "stopping" = "starting";
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();

  constructor(options: PoolOptions, user: PoolUser) {
    this.#options = options;
    this.#user = user;
  }

  /** Resolves when all workers are ready. Rejects, with none left running, when one cannot be started. */
  async start(): Promise<void> {
    for (let index = 0; index < this.#options.workers; index++) this.#startWorker();
    await this.#started.promise;
  }

  /**
   * The worker with the fewest endpoints, or `preferred` if it lives; `undefined` while none does. One that is just being
   * started does what it is told as soon as it can.
   */
  choose(preferred?: WorkerThread): WorkerThread | undefined {
    if (this.#state !== "running") return undefined;
    if (preferred?.isReady) return preferred;
    const living = [...this.#workers];
    const ready = living.filter((worker) => worker.isReady);
    return (ready.length > 0 ? ready : living).sort((a, b) => a.load - b.load)[0];
  }

  counters(): WorkerCounters {
    let sum = this.#past;
    for (const { counters } of this.#workers) if (counters !== null) sum = add(sum, counters);
    return sum;
  }

  /** Lets every worker end what it does. */
  async stop(): Promise<void> {
    this.#state = "stopping";
    for (const pause of this.#pauses) pause.cancel();
    if (this.#workers.size === 0) return;
    for (const worker of this.#workers) worker.stop();
    await this.#stopped.promise;
  }

  onReady(_worker: WorkerThread, codecs: readonly CodecName[]): void {
    this.codecs = codecs;
    if (this.#state !== "starting" || ![...this.#workers].every((worker) => worker.isReady)) return;
    this.#state = "running";
    this.#started.resolve();
  }

  onEvent(event: EndpointEvent): void {
    this.#user.onEvent(event);
  }

  onGone(worker: WorkerThread, reason: string): void {
    this.#workers.delete(worker);
    if (worker.counters !== null) this.#past = add(this.#past, worker.counters);
    if (this.#state === "starting") {
      this.#started.reject(new ConfigError("config-invalid", `A media worker cannot be started: ${reason}.`));
      void this.stop();
      return;
    }
    if (this.#state === "running") this.#replace(worker, reason);
    this.#user.onLost(worker, reason);
    if (this.#state === "stopping" && this.#workers.size === 0) this.#stopped.resolve();
  }

  /** The pause before the next worker is over. */
  expire(): void {
    this.#pauses.shift();
    this.#startWorker();
  }

  #replace(worker: WorkerThread, reason: string): void {
    const { clock, log } = this.#options;
    this.lost++;
    const delayMs = this.#respawn.delayAfter(clock.now() - worker.startedMs);
    log.error("media worker died; its calls have lost their audio", { reason, endpoints: worker.load, delayMs });
    if (delayMs === 0) this.#startWorker();
    else this.#pauses.push(clock.startTimer(delayMs, this, "respawn"));
  }

  #startWorker(): void {
    this.#workers.add(new WorkerThread(this.#options, this));
  }
}

const noCounts: WorkerCounters = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsRefused: 0,
  framesSkipped: 0,
};

function add(a: WorkerCounters, b: WorkerCounters): WorkerCounters {
  return {
    packetsSent: a.packetsSent + b.packetsSent,
    packetsReceived: a.packetsReceived + b.packetsReceived,
    packetsRefused: a.packetsRefused + b.packetsRefused,
    framesSkipped: a.framesSkipped + b.framesSkipped,
  };
}
