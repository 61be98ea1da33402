/** A gateway for browsers that listens after a moment, or does not; what it is asked is written down, and the test plays the browser. */
import type { Clock } from "../../../../runtime/base/clock.ts";
import type {
  BrowserLine,
  IceDtls,
  WebRtcEvent,
  WebRtcGateway,
  WebRtcOwner,
  WebRtcRequest,
  WebRtcSession,
} from "../../../../runtime/port/webrtc.ts";

const value = Array.from({ length: 32 }, () => "AB").join(":");

export class SimBrowser implements WebRtcSession {
  readonly request: WebRtcRequest;
  readonly line: BrowserLine;
  accepted: IceDtls[] = [];
  isClosed = false;
  readonly #owner: WebRtcOwner;

  constructor(request: WebRtcRequest, owner: WebRtcOwner, index: number) {
    this.request = request;
    this.#owner = owner;
    const candidate = {
      foundation: "1",
      priority: 1,
      address: request.told,
      port: 61_000 + index,
      type: "host",
    } as const;
    this.line = {
      ice: {
        ufrag: `ours${index}`,
        pwd: "0123456789012345678901",
        fingerprint: { algorithm: "sha-256", value },
        setup: request.remote === null ? "actpass" : request.remote.setup === "active" ? "passive" : "active",
        candidates: [candidate],
      },
      plain: { address: "127.0.0.1", port: 50_000 + index },
    };
  }

  tell(event: WebRtcEvent): void {
    if (!this.isClosed) this.#owner.webRtcEvent(event);
  }

  accept(remote: IceDtls): void {
    this.accepted.push(remote);
  }

  close(): void {
    this.isClosed = true;
  }
}

export class SimGateway implements WebRtcGateway {
  readonly opened: SimBrowser[] = [];
  /** Why it does not listen. */
  problem: string | null = null;
  /** After how long it listens. */
  readyMs = 5;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  open(request: WebRtcRequest, owner: WebRtcOwner): WebRtcSession {
    const browser = new SimBrowser(request, owner, this.opened.length);
    this.opened.push(browser);
    const { problem } = this;
    const event: WebRtcEvent =
      problem === null ? { type: "ready", line: browser.line } : { type: "failed", message: problem };
    this.#clock.startTimer(this.readyMs, { expire: () => browser.tell(event) }, "ready");
    return browser;
  }

  at(index: number): SimBrowser {
    const browser = this.opened[index];
    if (browser === undefined) throw new Error(`no session ${index} has been opened`);
    return browser;
  }

  /** Browsers that are served. */
  get sessions(): number {
    return this.opened.filter(({ isClosed }) => !isClosed).length;
  }
}

/** What a browser says of its audio. */
export function browserSdp(
  options: { ufrag?: string; setup?: string; direction?: string; codecs?: string } = {},
): string {
  const { ufrag = "theirs", setup = "actpass", direction = "sendrecv", codecs = "111 8 126" } = options;
  return [
    "v=0",
    "o=- 9 2 IN IP4 127.0.0.1",
    "s=-",
    "t=0 0",
    "a=group:BUNDLE 0",
    `m=audio 9 UDP/TLS/RTP/SAVPF ${codecs}`,
    "c=IN IP4 0.0.0.0",
    "a=rtcp:9 IN IP4 0.0.0.0",
    "a=candidate:1 1 udp 2122260223 192.168.1.7 50000 typ host",
    `a=ice-ufrag:${ufrag}`,
    "a=ice-pwd:theirs0123456789012345",
    `a=fingerprint:sha-256 ${value}`,
    `a=setup:${setup}`,
    "a=mid:0",
    `a=${direction}`,
    "a=rtcp-mux",
    "a=rtpmap:111 opus/48000/2",
    "a=rtpmap:8 PCMA/8000",
    "a=rtpmap:126 telephone-event/8000",
    "",
  ].join("\r\n");
}
