/**
 * The gateway between browsers and plain RTP (npm package `node-datachannel`, in a process of its own): hands out sessions,
 * passes commands and events on, and tells everybody when the process has died, which costs the calls of browsers alone.
 */
import type { Clock, Timer, TimerOwner } from "../../base/clock.ts";
import type { Log } from "../../base/log.ts";
import type {
  IceCandidate,
  IceDtls,
  WebRtcEvent,
  WebRtcGateway,
  WebRtcOwner,
  WebRtcRequest,
  WebRtcSession,
} from "../../port/webrtc.ts";
import { WebRtcChild, type WebRtcChildUser } from "./child-process.ts";
import type { ChildSettings, SessionId, WebRtcCommand, WebRtcReply } from "./protocol.ts";

/** One process on one core carries fewer. */
export const MAX_SESSIONS = 500;
/** From the first word to `ready`; the process is started meanwhile. */
export const OPEN_WITHIN_MS = 8_000;

export interface WebRtcGatewayOptions extends Partial<ChildSettings> {
  readonly clock: Clock;
  readonly log: Log;
  /** The address of ours that browsers reach. @default null the one that each request names */
  readonly address?: string | null;
  /** What runs as the process. @default the child of this room */
  readonly module?: URL;
}

/** Counted since the switch was started. */
export interface WebRtcCounters {
  readonly browsersOpened: number;
  readonly browsersConnected: number;
  readonly browsersFailed: number;
  readonly browserProcessesLost: number;
}

/** Above those that Linux gives to connections by itself. */
export const DEFAULT_BROWSER_PORTS = { from: 61_000, to: 65_535 };

export class BrowserGateway implements WebRtcGateway, WebRtcChildUser {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #child: WebRtcChild;
  readonly #address: string | null;
  readonly #sessions = new Map<SessionId, Session>();
  #lastId = 0;
  readonly #counts = { browsersOpened: 0, browsersConnected: 0, browsersFailed: 0, browserProcessesLost: 0 };

  constructor(options: WebRtcGatewayOptions) {
    const { clock, log, module, ports = DEFAULT_BROWSER_PORTS, iceServers = [] } = options;
    this.#clock = clock;
    this.#log = log;
    this.#address = options.address ?? null;
    const settings = { ports, iceServers };
    this.#child = new WebRtcChild({ clock, settings, ...(module === undefined ? {} : { module }) }, this);
  }

  /** Browsers whose audio ends here. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** Of the process; `null` while none runs. */
  get pid(): number | null {
    return this.#child.pid;
  }

  open(asked: WebRtcRequest, owner: WebRtcOwner): WebRtcSession {
    const own = this.#address;
    const request = own === null || own === asked.address ? asked : { ...asked, address: own, told: own };
    this.#counts.browsersOpened++;
    const id = ++this.#lastId;
    const session = new Session(id, request, owner, {
      deadline: () => this.#child.giveUp("it does not answer"),
      send: (command) => this.#child.send(command),
      forget: () => this.#forget(id),
    });
    const { address, endpoint, remote } = request;
    const isFull = this.#sessions.size >= MAX_SESSIONS;
    this.#sessions.set(id, session);
    if (isFull) this.#failLater(id, `${MAX_SESSIONS} browsers have their audio here already`);
    else if (this.#child.begin({ type: "open", session: id, address, endpoint, remote })) session.wait(this.#clock);
    else this.#failLater(id, "the process for the audio of browsers has died, and is started again in a moment");
    return session;
  }

  childSaid(reply: WebRtcReply): void {
    const session = this.#sessions.get(reply.session);
    if (session === undefined) return;
    if (reply.type === "failed") {
      this.#fail(session, reply.message);
      return;
    }
    if (reply.type === "connected") this.#counts.browsersConnected++;
    this.#tell(session, reply);
  }

  childDied(reason: string): void {
    this.#counts.browserProcessesLost++;
    const sessions = [...this.#sessions.values()];
    this.#log.error("the process for the audio of browsers has died", { reason, sessions: sessions.length });
    for (const session of sessions) this.#fail(session, `the process for the audio of browsers has died (${reason})`);
  }

  counters(): WebRtcCounters {
    return this.#counts;
  }

  stop(): void {
    this.#child.stop();
    for (const session of this.#sessions.values()) session.end();
    this.#sessions.clear();
  }

  /** Nothing is told before the call has returned. */
  #failLater(id: SessionId, message: string): void {
    setImmediate(() => {
      const session = this.#sessions.get(id);
      if (session !== undefined) this.#fail(session, message);
    });
  }

  #fail(session: Session, message: string): void {
    this.#counts.browsersFailed++;
    this.#forget(session.id);
    this.#tell(session, { type: "failed", message });
  }

  #tell(session: Session, reply: WebRtcReply | WebRtcEvent): void {
    try {
      session.receive(reply);
    } catch (error) {
      this.#log.error("an owner of a browser's audio failed", { event: reply.type, error });
    }
  }

  #forget(id: SessionId): void {
    if (this.#sessions.delete(id) && this.#sessions.size === 0) this.#child.rest();
  }
}

interface SessionHost {
  deadline(): void;
  send(command: WebRtcCommand): void;
  forget(): void;
}

class Session implements WebRtcSession, TimerOwner {
  readonly id: SessionId;
  readonly #request: WebRtcRequest;
  readonly #owner: WebRtcOwner;
  readonly #host: SessionHost;
  #deadline: Timer | null = null;
  #isOver = false;

  constructor(id: SessionId, request: WebRtcRequest, owner: WebRtcOwner, host: SessionHost) {
    this.id = id;
    this.#request = request;
    this.#owner = owner;
    this.#host = host;
  }

  wait(clock: Clock): void {
    this.#deadline = clock.startTimer(OPEN_WITHIN_MS, this, "open");
  }

  accept(remote: IceDtls): void {
    if (!this.#isOver) this.#host.send({ type: "accept", session: this.id, remote });
  }

  close(): void {
    if (this.#isOver) return;
    this.end();
    this.#host.send({ type: "close", session: this.id });
    this.#host.forget();
  }

  expire(): void {
    this.#host.deadline();
  }

  receive(reply: WebRtcReply | WebRtcEvent): void {
    if (this.#isOver) return;
    this.#deadline?.cancel();
    if (reply.type === "failed") this.end();
    this.#owner.webRtcEvent("session" in reply ? this.#toEvent(reply) : reply);
  }

  #toEvent(reply: WebRtcReply): WebRtcEvent {
    switch (reply.type) {
      case "ready":
        return { type: "ready", line: { plain: reply.line.plain, ice: this.#seenFromOutside(reply.line.ice) } };
      case "connected":
        return { type: "connected" };
      case "failed":
        return { type: "failed", message: reply.message };
    }
  }

  /** Behind a NAT, or with an address that is advertised, the browser knows ours by another one. */
  #seenFromOutside(ice: IceDtls): IceDtls {
    const { address, told } = this.#request;
    const translate = (candidate: IceCandidate) =>
      candidate.type === "host" && candidate.address === address ? { ...candidate, address: told } : candidate;
    return { ...ice, candidates: ice.candidates.map(translate) };
  }

  /** Nothing is told of it any more. */
  end(): void {
    this.#isOver = true;
    this.#deadline?.cancel();
  }
}
