/**
 * An endpoint as the main thread sees it: what is asked goes to its worker, what comes of it to its owner. Finds another
 * port where one is taken, and keeps what must be known when the worker dies.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type {
  AudioStream,
  MediaAddress,
  MediaEndpoint,
  MediaEvent,
  MediaOwner,
  MediaStats,
  MediaTicket,
  OpenRequest,
  PlayRequest,
  RecordRequest,
} from "../../port/media.ts";
import type { LostRecording } from "./lost-recording.ts";
import { type EndpointCommand, type EndpointEvent, type EndpointId, NO_STATS } from "./protocol.ts";
import type { WorkerThread } from "./worker-thread.ts";

/** Ports that may turn out to be in use by another program before an endpoint is given up. */
export const MAX_PORT_TRIES = 20;
const NO_PORT = "every media port is in use; `media.ports` in the configuration may give more";
/** Questions for statistics that may wait for their answer. */
const MAX_QUESTIONS = 16;

/** What an endpoint needs of the plane. */
export interface EndpointHost {
  takePort(): number | null;
  /** A certain port, whoever has it. */
  claimPort(port: number): number;
  releasePort(port: number): void;
  avoidPort(port: number): void;
  /** Tells an owner; an owner that throws harms nobody else. */
  tell(owner: MediaOwner, event: MediaEvent, endpoint: MediaEndpoint): void;
  /** Nothing of it is left. */
  forget(endpoint: Endpoint): void;
}

type Ask = EndpointCommand extends infer Each ? (Each extends unknown ? Omit<Each, "endpoint"> : never) : never;

export class Endpoint implements MediaEndpoint {
  readonly id: EndpointId;
  /** `null`: there was none, and it fails. */
  readonly worker: WorkerThread | null;
  readonly #host: EndpointHost;
  readonly #owner: MediaOwner;
  readonly #address: string;
  /** It listens where an endpoint of an earlier process has, or not at all. */
  readonly #isBoundToPort: boolean;
  /** `closing`: the owner has closed it, and the worker has not yet. */
  #state: "opening" | "open" | "closing" | "gone" = "opening";
  #port: number | null = null;
  #tries = 0;
  readonly #recordings = new Map<MediaTicket, LostRecording>();
  readonly #questions = new Map<number, (stats: MediaStats) => void>();
  #nextQuestion = 1;
  /** What was known last, for who asks when it is gone. */
  #stats: MediaStats = NO_STATS;

  constructor(
    id: EndpointId,
    worker: WorkerThread | null,
    request: OpenRequest,
    owner: MediaOwner,
    host: EndpointHost,
  ) {
    this.id = id;
    this.worker = worker;
    this.#host = host;
    this.#owner = owner;
    this.#address = request.address;
    const { resumed } = request;
    this.#isBoundToPort = resumed !== undefined;
    if (worker === null) {
      setImmediate(() => this.#fail("lost", "no media worker runs"));
      return;
    }
    worker.load++;
    this.#port = resumed === undefined ? host.takePort() : host.claimPort(resumed.port);
    if (this.#port === null) setImmediate(() => this.#fail("no-port", NO_PORT));
    else
      this.#post({
        type: "open",
        address: request.address,
        port: this.#port,
        inbandDigits: request.inbandDigits === true,
        numbers: resumed?.numbers ?? null,
      });
  }

  get local(): MediaAddress | null {
    const isKnown = this.#state === "open" || this.#state === "closing";
    return isKnown && this.#port !== null ? { address: this.#address, port: this.#port } : null;
  }

  /** Whether the owner still has it. */
  get isOpen(): boolean {
    return this.#state === "opening" || this.#state === "open";
  }

  connect(stream: AudioStream): void {
    this.#ask({ type: "connect", stream });
  }

  play(ticket: MediaTicket, request: PlayRequest): void {
    this.#ask({ type: "play", ticket, request });
  }

  stopPlaying(): void {
    this.#ask({ type: "stop-playing" });
  }

  record(ticket: MediaTicket, request: RecordRequest): void {
    if (!this.isOpen) return;
    this.#recordings.set(ticket, { file: request.file, ms: 0, spokenMs: 0 });
    this.#ask({ type: "record", ticket, request });
  }

  pauseRecording(isPaused: boolean): void {
    this.#ask({ type: "pause-recording", isPaused });
  }

  stopRecording(): void {
    this.#ask({ type: "stop-recording" });
  }

  sendDigits(ticket: MediaTicket, digits: string): void {
    this.#ask({ type: "send-digits", ticket, digits });
  }

  join(other: MediaEndpoint): void {
    if (!(other instanceof Endpoint) || other === this || !this.isOpen || !other.isOpen) return;
    if (other.worker === this.worker) {
      this.#ask({ type: "join", other: other.id });
      return;
    }
    const { port1, port2 } = new MessageChannel();
    this.#joinFar(port1);
    other.#joinFar(port2);
  }

  leave(): void {
    this.#ask({ type: "leave" });
  }

  stats(): Promise<MediaStats> {
    if (this.#state === "gone" || this.#port === null || this.#questions.size >= MAX_QUESTIONS) {
      return Promise.resolve(this.#stats);
    }
    const question = this.#nextQuestion++;
    this.#post({ type: "ask-stats", question });
    return new Promise((resolve) => this.#questions.set(question, resolve));
  }

  close(): void {
    if (!this.isOpen) return;
    if (this.#port === null) {
      this.#end();
      return;
    }
    this.#state = "closing";
    this.#post({ type: "close" });
  }

  /** What the worker says of it. */
  receive(event: EndpointEvent): void {
    switch (event.type) {
      case "bound":
        this.#opened();
        break;
      case "port-refused":
        this.#tryAnotherPort(event.port, event.message, event.isInUse);
        break;
      case "media":
        if (event.event.type === "recorded") this.#recordings.delete(event.event.ticket);
        this.#tell(event.event);
        break;
      case "recording": {
        const recording = this.#recordings.get(event.ticket);
        if (recording !== undefined) this.#recordings.set(event.ticket, { ...recording, ...progressOf(event) });
        break;
      }
      case "stats":
        this.#stats = event.stats;
        this.#questions.get(event.question)?.(event.stats);
        this.#questions.delete(event.question);
        break;
      case "broken":
        this.#fail("lost", event.message);
        break;
      case "closed":
        this.#stats = event.stats;
        this.#end();
        break;
    }
  }

  /** The worker has died. Gives the recordings that it was writing, by their tickets. */
  workerDied(message: string): ReadonlyMap<MediaTicket, LostRecording> {
    if (this.#state === "gone") return new Map();
    const recordings = new Map(this.#recordings);
    this.#fail("lost", message);
    this.#end();
    return recordings;
  }

  /** Tells of a recording that the worker has left behind. */
  recovered(event: MediaEvent): void {
    this.#tell(event);
  }

  #joinFar(port: MessagePort): void {
    this.#post({ type: "join-far", port }, port);
  }

  #opened(): void {
    if (this.#state !== "opening" || this.#port === null) return;
    this.#state = "open";
    this.#tell({ type: "opened", local: { address: this.#address, port: this.#port } });
  }

  #tryAnotherPort(refused: number, message: string, isInUse: boolean): void {
    if (isInUse) this.#host.avoidPort(refused);
    else this.#host.releasePort(refused);
    this.#port = null;
    if (this.#state !== "opening") return;
    if (!isInUse || this.#isBoundToPort || ++this.#tries >= MAX_PORT_TRIES) {
      this.#fail("no-port", `${this.#address}:${refused} cannot be listened on: ${message}`);
      return;
    }
    this.#port = this.#host.takePort();
    if (this.#port === null) this.#fail("no-port", NO_PORT);
    else this.#post({ type: "bind", port: this.#port });
  }

  /** It is closed for its owner, who has not asked for that. */
  #fail(reason: "no-port" | "lost", message: string): void {
    if (!this.isOpen) return;
    this.#state = "closing";
    this.#tell({ type: "failed", reason, message });
    if (this.worker === null) this.#end();
    else this.#post({ type: "close" });
  }

  #end(): void {
    if (this.#state === "gone") return;
    this.#state = "gone";
    if (this.worker !== null) this.worker.load--;
    if (this.#port !== null) this.#host.releasePort(this.#port);
    this.#port = null;
    this.#recordings.clear();
    for (const resolve of this.#questions.values()) resolve(this.#stats);
    this.#questions.clear();
    this.#host.forget(this);
  }

  #tell(event: MediaEvent): void {
    this.#host.tell(this.#owner, event, this);
  }

  #ask(command: Ask): void {
    if (this.isOpen) this.#post(command);
  }

  #post(command: Ask, transfer?: MessagePort): void {
    this.worker?.post({ ...command, endpoint: this.id }, transfer);
  }
}

function progressOf({ ms, spokenMs }: { readonly ms: number; readonly spokenMs: number }) {
  return { ms, spokenMs };
}
