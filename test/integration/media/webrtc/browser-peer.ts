/** A browser's end of ICE, DTLS and SRTP, by the library itself, in the process of the test: it keeps what comes, and sends octets. */
import nodeDataChannel, { type PeerConnection, type Track } from "node-datachannel";
import { readLocal, writeRemote } from "../../../../runtime/media/webrtc/child/description.ts";
import type { IceDtls } from "../../../../runtime/port/webrtc.ts";
import { until } from "../../../helpers/until.ts";

const CONNECTS_WITHIN_MS = 10_000;

nodeDataChannel.initLogger("Fatal", () => {});

export class BrowserPeer {
  readonly heard: Buffer[] = [];
  readonly ice: IceDtls;
  readonly #peer: PeerConnection;
  readonly #track: () => Track | null;

  private constructor(peer: PeerConnection, track: () => Track | null, ice: IceDtls) {
    this.#peer = peer;
    this.#track = track;
    this.ice = ice;
  }

  /** One that calls: `accept` has our answer. */
  static async offering(): Promise<BrowserPeer> {
    const peer = connection();
    const audio = new nodeDataChannel.Audio("0", "SendRecv");
    audio.addAudioCodec(0, "PCMU");
    const track = peer.addTrack(audio);
    peer.setLocalDescription("offer");
    return BrowserPeer.#gathered(peer, () => track);
  }

  /** One that is called, and answers what we have offered. */
  static async answering(offer: IceDtls): Promise<BrowserPeer> {
    const peer = connection();
    let track: Track | null = null;
    peer.onTrack((added) => {
      track = added;
      added.onMessage((packet) => found.heard.push(Buffer.from(packet)));
    });
    peer.setRemoteDescription(writeRemote(offer), "offer");
    peer.setLocalDescription("answer");
    const found = await BrowserPeer.#gathered(peer, () => track);
    return found;
  }

  static async #gathered(peer: PeerConnection, track: () => Track | null): Promise<BrowserPeer> {
    const isGathered = () => peer.gatheringState() === "complete";
    await until("the candidates of a browser", isGathered);
    const ice = readLocal(peer.localDescription()?.sdp ?? "");
    if (ice === null) throw new Error("The library has no description of itself.");
    const made = new BrowserPeer(peer, track, ice);
    track()?.onMessage((packet) => made.heard.push(Buffer.from(packet)));
    return made;
  }

  /** It may be refused while this is being said. */
  accept(answer: IceDtls): void {
    try {
      this.#peer.setRemoteDescription(writeRemote(answer), "answer");
    } catch (error) {
      if (this.#peer.state() !== "closed" && this.#peer.state() !== "failed") throw error;
    }
  }

  /** Resolves when audio can pass. */
  async connected(): Promise<void> {
    await until("the browser to be connected", () => this.#track()?.isOpen() === true, CONNECTS_WITHIN_MS);
  }

  get isConnected(): boolean {
    return this.#track()?.isOpen() === true;
  }

  send(packet: Buffer): void {
    this.#track()?.sendMessageBinary(packet);
  }

  close(): void {
    this.#peer.close();
  }
}

function connection(): PeerConnection {
  return new nodeDataChannel.PeerConnection("browser", {
    iceServers: [],
    bindAddress: "127.0.0.1",
    disableAutoNegotiation: true,
    forceMediaTransport: true,
  });
}
