/**
 * The browser of a side whose audio ends at the switch: a gateway ends ICE and DTLS, and hands plain RTP to the endpoint of
 * the side. A browser that begins ICE anew (RFC 8839 §4.4.1.1.1), since its network has changed, gets another session of
 * the gateway, with credentials and a certificate of its own.
 */
import type { MediaAddress } from "../../port/media.ts";
import type {
  BrowserLine,
  IceDtls,
  WebRtcEvent,
  WebRtcGateway,
  WebRtcOwner,
  WebRtcSession,
} from "../../port/webrtc.ts";

export interface BrowserEndUser {
  guard(work: () => void): void;
  browserConnected(): void;
  browserFailed(message: string): void;
}

export interface BrowserPlace {
  /** The address of ours to listen on, and what the browser is told of it. */
  readonly listen: string;
  readonly told: string;
  readonly endpoint: MediaAddress;
}

/** Plain data. */
export interface BrowserState {
  /** Ours, once the gateway listens; an answer of the browser may have settled who begins DTLS. */
  line: BrowserLine | null;
  remote: IceDtls | null;
}

export class BrowserEnd {
  readonly state: BrowserState = { line: null, remote: null };
  readonly #gateway: WebRtcGateway;
  readonly #place: BrowserPlace;
  readonly #user: BrowserEndUser;
  #attempt: Attempt | null = null;
  /** The one that begins ICE anew, until it is ready. */
  #next: Attempt | null = null;

  constructor(gateway: WebRtcGateway, place: BrowserPlace, user: BrowserEndUser) {
    this.#gateway = gateway;
    this.#place = place;
    this.#user = user;
  }

  /** One at a time; `offer`: what the browser has offered, if it has; `then`: the gateway listens, or why it does not. */
  open(offer: IceDtls | null, then: (problem: string | null) => void): void {
    // Where DTLS begins anew the browser begins: it is deaf to us until it has our answer.
    const isAgain = this.#attempt !== null && offer?.setup === "actpass";
    const remote: IceDtls | null = isAgain ? { ...offer, setup: "active" } : offer;
    const attempt: Attempt = {
      session: this.#gateway.open(
        { address: this.#place.listen, told: this.#place.told, endpoint: this.#place.endpoint, remote },
        this.#ownerOf(() => attempt),
      ),
      remote,
      then,
    };
    this.#next = attempt;
  }

  get isOpening(): boolean {
    return this.#next !== null;
  }

  /** Whether this is another beginning of ICE than the one that is under way. */
  isNew({ ufrag, pwd }: IceDtls): boolean {
    const { remote } = this.state;
    return remote !== null && (remote.ufrag !== ufrag || remote.pwd !== pwd);
  }

  /** The browser's answer to our offer; `false`: it is another one than before, and cannot be taken. */
  accept(remote: IceDtls): boolean {
    const { line } = this.state;
    if (this.state.remote !== null || line === null) return !this.isNew(remote);
    // RFC 8842 §5.3: an answer has chosen; one that has not leaves it to us.
    const theirs = remote.setup === "passive" ? "passive" : "active";
    this.state.remote = remote;
    this.state.line = { ...line, ice: { ...line.ice, setup: theirs === "active" ? "passive" : "active" } };
    this.#attempt?.session.accept({ ...remote, setup: theirs });
    return true;
  }

  /** Whoever waits for the gateway is told that it is over. */
  close(): void {
    const next = this.#next;
    this.#attempt?.session.close();
    next?.session.close();
    this.#attempt = null;
    this.#next = null;
    next?.then("its call is over");
  }

  #ownerOf(attempt: () => Attempt): WebRtcOwner {
    return { webRtcEvent: (event) => this.#user.guard(() => this.#receive(event, attempt())) };
  }

  #receive(event: WebRtcEvent, attempt: Attempt): void {
    switch (event.type) {
      case "ready":
        if (attempt === this.#next) this.#ready(attempt, event.line);
        break;
      case "connected":
        if (attempt === this.#attempt) this.#user.browserConnected();
        break;
      case "failed":
        this.#failed(attempt, event.message);
        break;
    }
  }

  #ready(attempt: Attempt, line: BrowserLine): void {
    this.#attempt?.session.close();
    this.#attempt = attempt;
    this.#next = null;
    this.state.line = line;
    this.state.remote = attempt.remote;
    attempt.then(null);
  }

  #failed(attempt: Attempt, message: string): void {
    if (attempt === this.#next) {
      this.#next = null;
      attempt.then(message);
    } else if (attempt === this.#attempt) {
      this.#attempt = null;
      this.#user.browserFailed(message);
    }
  }
}

interface Attempt {
  readonly session: WebRtcSession;
  readonly remote: IceDtls | null;
  readonly then: (problem: string | null) => void;
}
