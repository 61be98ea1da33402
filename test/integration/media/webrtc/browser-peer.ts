/** A browser's end of ICE, DTLS and SRTP, by the library itself, in the process of the test: it keeps what comes, and sends octets. */
import nodeDataChannel, { type PeerConnection, type Track } from "node-datachannel";
import { readLocal, writeRemote } from "../../../../runtime/media/webrtc/child/description.ts";
import { HeldOffer } from "../../../../runtime/media/webrtc/child/held-offer.ts";
import type { IceDtls } from "../../../../runtime/port/webrtc.ts";
import { freePort } from "../../../helpers/free-port.ts";
import { until } from "../../../helpers/until.ts";

const CONNECTS_WITHIN_MS = 10_000;

nodeDataChannel.initLogger("Fatal", () => {});

export class BrowserPeer {
  readonly heard: Buffer[] = [];
  readonly ice: IceDtls;
  /** Of one that calls, until it has its answer. */
  readonly #offer: HeldOffer | null;
  #peer: PeerConnection | null = null;
  #track: Track | null = null;

  private constructor(ice: IceDtls, offer: HeldOffer | null = null) {
    this.ice = ice;
    this.#offer = offer;
  }

  /** One that calls: `accept` has our answer. A browser does not lose its way where checks come before that. */
  static async offering(): Promise<BrowserPeer> {
    const port = await freePort();
    return new Promise((resolve, reject) => {
      const offer: HeldOffer = new HeldOffer(
        { address: "127.0.0.1", port },
        {
          offerHeld: () => resolve(new BrowserPeer(offer.ice, offer)),
          offerFailed: (message) => reject(new Error(message)),
        },
      );
    });
  }

  /** One that is called, and answers what we have offered. */
  static async answering(offer: IceDtls): Promise<BrowserPeer> {
    const peer = connection();
    let found: BrowserPeer | null = null;
    const early: Track[] = [];
    peer.onTrack((track) => (found === null ? early.push(track) : found.#attach(track)));
    peer.setRemoteDescription(writeRemote(offer), "offer");
    peer.setLocalDescription("answer");
    await until("the candidates of a browser", () => peer.gatheringState() === "complete");
    const ice = readLocal(peer.localDescription()?.sdp ?? "");
    if (ice === null) throw new Error("The library has no description of itself.");
    found = new BrowserPeer(ice);
    found.#peer = peer;
    for (const track of early) found.#attach(track);
    return found;
  }

  accept(answer: IceDtls): void {
    this.#offer?.release(() => {
      const peer = connection(this.#offer);
      this.#peer = peer;
      peer.onTrack((track) => this.#attach(track));
      peer.setRemoteDescription(writeRemote(answer), "offer");
      peer.setLocalDescription("answer", { iceUfrag: this.ice.ufrag, icePwd: this.ice.pwd });
    });
  }

  /** Resolves when audio can pass. */
  async connected(): Promise<void> {
    await until("the browser to be connected", () => this.isConnected, CONNECTS_WITHIN_MS);
  }

  get isConnected(): boolean {
    return this.#track?.isOpen() === true;
  }

  send(packet: Buffer): void {
    this.#track?.sendMessageBinary(packet);
  }

  close(): void {
    this.#offer?.release();
    this.#peer?.close();
  }

  #attach(track: Track): void {
    this.#track = track;
    track.onMessage((packet) => this.heard.push(Buffer.from(packet)));
  }
}

function connection(offer: HeldOffer | null = null): PeerConnection {
  const [candidate] = offer?.ice.candidates ?? [];
  return new nodeDataChannel.PeerConnection("browser", {
    iceServers: [],
    bindAddress: "127.0.0.1",
    ...(candidate === undefined ? {} : { portRangeBegin: candidate.port, portRangeEnd: candidate.port }),
    ...(offer === null ? {} : { certificatePemFile: offer.certificate.certificate, keyPemFile: offer.certificate.key }),
    disableAutoNegotiation: true,
    forceMediaTransport: true,
  });
}
