/**
 * All endpoints of one worker: does what the main thread asks, ticks them together, and gathers what they have to say. A
 * fault of ours costs the endpoint it happens in, and no other.
 */
import { randomText } from "../../../base/random.ts";
import type { CodecName } from "../../../port/media.ts";
import type { AudioCodec } from "../codec/codec.ts";
import { type Command, type EndpointCommand, type EndpointId, NO_STATS, type WorkerEvent } from "../protocol.ts";
import { Counters } from "./counters.ts";
import { describe } from "./describe.ts";
import { FarEnd } from "./far-join.ts";
import { joinNear } from "./join.ts";
import { Session, type SessionHost } from "./session.ts";
import type { SoundMaker } from "./sound.ts";
import { Ticker } from "./ticker.ts";

export interface SessionsUser {
  post(events: readonly WorkerEvent[]): void;
  /** The last endpoint is closed, after it was asked to stop. */
  stopped(): void;
}

export class Sessions implements SessionHost {
  readonly codecs: ReadonlyMap<CodecName, AudioCodec>;
  readonly sounds: SoundMaker;
  readonly counters = new Counters();
  /** RFC 7022 §4.2: another one each time, which tells nothing of the machine. */
  readonly cname = randomText(16);
  readonly #user: SessionsUser;
  readonly #sessions = new Map<EndpointId, Session>();
  readonly #ticker = new Ticker((atMs) => this.#tick(atMs));
  #outbox: WorkerEvent[] = [];
  #isStopping = false;

  constructor(codecs: ReadonlyMap<CodecName, AudioCodec>, sounds: SoundMaker, user: SessionsUser) {
    this.codecs = codecs;
    this.sounds = sounds;
    this.#user = user;
  }

  do(commands: readonly Command[]): void {
    for (const command of commands) {
      if (command.type === "ping") this.#tellCounters();
      else if (command.type === "stop") this.#stop();
      else if (command.type === "open") this.#open(command);
      else this.#doAt(command);
    }
  }

  /** What is said in one turn goes as one message. */
  post(event: WorkerEvent): void {
    if (this.#outbox.length === 0) setImmediate(() => this.#flush());
    this.#outbox.push(event);
  }

  broke(session: Session, message: string): void {
    this.post({ type: "broken", endpoint: session.id, message });
    session.close();
  }

  forget(session: Session): void {
    this.#sessions.delete(session.id);
    if (this.#sessions.size > 0) return;
    this.#ticker.stop();
    if (this.#isStopping) this.#end();
  }

  #open(command: EndpointCommand & { readonly type: "open" }): void {
    const session = new Session(command.endpoint, command, this);
    this.#sessions.set(command.endpoint, session);
    this.#ticker.start();
    session.bind(command.port);
  }

  #doAt(command: EndpointCommand): void {
    const session = this.#sessions.get(command.endpoint);
    if (session === undefined) {
      if (command.type === "close") this.post({ type: "closed", endpoint: command.endpoint, stats: NO_STATS });
      return;
    }
    this.#guard(session, () => this.#perform(session, command));
  }

  #perform(session: Session, command: EndpointCommand): void {
    switch (command.type) {
      case "open":
        break;
      case "bind":
        session.bind(command.port);
        break;
      case "connect":
        session.connect(command.stream);
        break;
      case "play":
        session.play(command.ticket, command.request);
        break;
      case "stop-playing":
        session.stopPlaying();
        break;
      case "record":
        session.record(command.ticket, command.request);
        break;
      case "pause-recording":
        session.pauseRecording(command.isPaused);
        break;
      case "stop-recording":
        session.stopRecording();
        break;
      case "send-digits":
        session.sendDigits(command.ticket, command.digits);
        break;
      case "join":
        this.#join(session, command.other);
        break;
      case "join-far":
        session.join(new FarEnd(command.port, session));
        break;
      case "leave":
        session.leave();
        break;
      case "ask-stats":
        this.post({ type: "stats", endpoint: session.id, question: command.question, stats: session.stats() });
        break;
      case "close":
        session.close();
        break;
    }
  }

  #join(session: Session, otherId: EndpointId): void {
    const other = this.#sessions.get(otherId);
    if (other === undefined || other === session) return;
    session.leave();
    other.leave();
    const [end, otherEnd] = joinNear(session, other);
    session.join(end);
    other.join(otherEnd);
  }

  #tick(atMs: number): void {
    for (const session of this.#sessions.values()) this.#guard(session, () => session.hear(atMs));
    for (const session of this.#sessions.values()) this.#guard(session, () => session.speak(atMs));
  }

  #guard(session: Session, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.broke(session, describe(error));
    }
  }

  #tellCounters(): void {
    const { packetsSent, packetsReceived, packetsRefused } = this.counters;
    const framesSkipped = this.#ticker.skipped;
    this.post({ type: "alive", counters: { packetsSent, packetsReceived, packetsRefused, framesSkipped } });
  }

  #stop(): void {
    this.#isStopping = true;
    if (this.#sessions.size === 0) this.#end();
    for (const session of [...this.#sessions.values()]) this.#guard(session, () => session.close());
  }

  #end(): void {
    this.#tellCounters();
    this.#flush();
    this.#user.stopped();
  }

  #flush(): void {
    const events = this.#outbox;
    this.#outbox = [];
    if (events.length > 0) this.#user.post(events);
  }
}
