/**
 * The media plane that is built in: endpoints live in worker threads, this thread hands out ports, passes commands and
 * events on, and repairs the recordings of a worker that has died.
 */
import { availableParallelism } from "node:os";
import type { Clock } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import { Outage } from "../../base/outage.ts";
import type {
  CodecName,
  MediaEndpoint,
  MediaEvent,
  MediaOwner,
  MediaPlane,
  MediaTicket,
  OpenRequest,
} from "../../port/media.ts";
import { loadCodecs } from "./codec/codecs.ts";
import { Endpoint, type EndpointHost } from "./endpoint.ts";
import { type LostRecording, recover } from "./lost-recording.ts";
import { PortRange } from "./port-range.ts";
import type { EndpointEvent, EndpointId, WorkerCounters } from "./protocol.ts";
import { type PoolUser, WorkerPool } from "./worker-pool.ts";
import type { WorkerThread } from "./worker-thread.ts";

export const DEFAULT_PORTS = { from: 16_384, to: 32_767 };

export interface EmbeddedPlaneOptions {
  /** Where endpoints listen, first and last port. @default 16384 to 32767 */
  readonly ports?: { readonly from: number; readonly to: number };
  /** Threads. @default one less than the machine has cores, at least one */
  readonly workers?: number;
  readonly clock: Clock;
  readonly log: Log;
  /** ISO 3166 of the country whose tones are played. */
  readonly country: string;
  /** Codecs that may be spoken, best first. */
  readonly codecs: readonly CodecName[];
}

/** Counted since the plane was started. */
export interface MediaCounters extends WorkerCounters {
  readonly opened: number;
  readonly failedNoPort: number;
  readonly failedLost: number;
  readonly workersLost: number;
  readonly recordingsFailed: number;
}

export interface EmbeddedPlane extends MediaPlane {
  counters(): MediaCounters;
  /** Closes every endpoint (recordings are whole) and ends the threads. */
  stop(): Promise<void>;
}

/** Resolves when every worker is ready. */
export async function createEmbeddedPlane(options: EmbeddedPlaneOptions): Promise<EmbeddedPlane> {
  // Native code that only a worker has loaded is unmapped when that worker ends, and the process dies of it (Opus does).
  await loadCodecs();
  const plane = new ThreadedPlane(options);
  await plane.start();
  return plane;
}

const SHORTAGE = {
  failing: "All ports for audio are in use: calls that need one are refused (media.ports may give more)",
  again: "There are ports for audio again",
};

class ThreadedPlane implements EmbeddedPlane, EndpointHost, PoolUser {
  readonly #log: Log;
  readonly #wanted: readonly CodecName[];
  readonly #ports: PortRange;
  readonly #pool: WorkerPool;
  readonly #shortage: Outage;
  readonly #endpoints = new Map<EndpointId, Endpoint>();
  #nextId = 1;
  readonly #counts = { opened: 0, failedNoPort: 0, failedLost: 0, recordingsFailed: 0 };
  /** Repairs of what dead workers have left, one after the other. */
  #recoveries: Promise<void> = Promise.resolve();

  constructor(options: EmbeddedPlaneOptions) {
    const { clock, log, country, codecs } = options;
    this.#log = log;
    this.#shortage = new Outage(log, SHORTAGE);
    this.#wanted = codecs;
    this.#ports = new PortRange(options.ports ?? DEFAULT_PORTS, clock);
    const workers = options.workers ?? Math.max(1, availableParallelism() - 1);
    const module = new URL("./worker/worker.ts", import.meta.url);
    this.#pool = new WorkerPool({ module, settings: { country, codecs }, clock, log, workers }, this);
  }

  get codecs(): readonly CodecName[] {
    return this.#wanted.filter((codec) => this.#pool.codecs.includes(codec));
  }

  get endpoints(): number {
    let count = 0;
    for (const endpoint of this.#endpoints.values()) if (endpoint.isOpen) count++;
    return count;
  }

  start(): Promise<void> {
    return this.#pool.start();
  }

  open(request: OpenRequest, owner: MediaOwner): MediaEndpoint {
    const near = request.near instanceof Endpoint ? (request.near.worker ?? undefined) : undefined;
    const worker = this.#pool.choose(near) ?? null;
    const endpoint = new Endpoint(this.#nextId++, worker, request, owner, this);
    this.#endpoints.set(endpoint.id, endpoint);
    this.#counts.opened++;
    return endpoint;
  }

  counters(): MediaCounters {
    return { ...this.#pool.counters(), ...this.#counts, workersLost: this.#pool.lost };
  }

  async stop(): Promise<void> {
    await this.#pool.stop();
    await this.#recoveries;
  }

  takePort(): number | null {
    const port = this.#ports.take();
    if (port === null) this.#shortage.failed({});
    else this.#shortage.worked();
    return port;
  }

  claimPort(port: number): number {
    this.#ports.claim(port);
    return port;
  }

  releasePort(port: number): void {
    this.#ports.release(port);
  }

  avoidPort(port: number): void {
    this.#log.warn("media port is in use by another program", { port });
    this.#ports.avoid(port);
  }

  tell(owner: MediaOwner, event: MediaEvent, endpoint: MediaEndpoint): void {
    this.#count(event);
    try {
      owner.mediaEvent(event, endpoint);
    } catch (error) {
      this.#log.error("an owner of a media endpoint failed", { event: event.type, error });
    }
  }

  forget(endpoint: Endpoint): void {
    this.#endpoints.delete(endpoint.id);
  }

  onEvent(event: EndpointEvent): void {
    if (event.type === "broken") this.#log.error("media endpoint failed", { reason: event.message });
    this.#endpoints.get(event.endpoint)?.receive(event);
  }

  onLost(worker: WorkerThread): void {
    for (const endpoint of [...this.#endpoints.values()]) {
      if (endpoint.worker !== worker) continue;
      const recordings = endpoint.workerDied("its media worker died");
      for (const [ticket, recording] of recordings) this.#recover(endpoint, ticket, recording);
    }
  }

  #recover(endpoint: Endpoint, ticket: MediaTicket, recording: LostRecording): void {
    this.#recoveries = this.#recoveries.then(async () => endpoint.recovered(await recover(ticket, recording)));
  }

  #count(event: MediaEvent): void {
    if (event.type === "failed") this.#counts[event.reason === "lost" ? "failedLost" : "failedNoPort"]++;
    if (event.type === "recorded" && event.end === "failed") this.#counts.recordingsFailed++;
  }
}
