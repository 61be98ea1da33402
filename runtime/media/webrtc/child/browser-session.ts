/**
 * One browser: a peer connection of the library, which does ICE, DTLS and SRTP, and the plain socket of its endpoint.
 * Packets pass as they are; what is not RTP or RTCP, or too large, is dropped.
 */
import nodeDataChannel, { type PeerConnection, type Track } from "node-datachannel";
import type { MediaAddress } from "../../../port/media.ts";
import type { IceDtls } from "../../../port/webrtc.ts";
import type { IceServer } from "../protocol.ts";
import { readLocal, writeRemote } from "./description.ts";
import { HeldOffer, type HeldOfferUser } from "./held-offer.ts";
import { PlainSocket, type PlainSocketUser } from "./plain-socket.ts";

/** How long servers are asked for addresses: then what is there has to do. */
const GATHERING_MS = 1_000;
/** RFC 5764 §5.1.2: what begins with 128 to 191 is RTP or RTCP. */
const [FIRST_RTP, LAST_RTP] = [128, 191];
const LEAST_BYTES = 8;
const MAX_PACKET_BYTES = 1_400;

export interface BrowserSessionUser {
  sessionReady(line: { readonly ice: IceDtls; readonly plain: MediaAddress }): void;
  sessionConnected(): void;
  /** The port is free again, or is about to be. */
  sessionClosed(): void;
  /** It is closed already. */
  sessionFailed(message: string): void;
}

export interface BrowserSessionOptions {
  readonly name: string;
  readonly iceServers: readonly IceServer[];
  readonly address: string;
  /** A free one. */
  readonly port: number;
  readonly endpoint: MediaAddress;
  readonly remote: IceDtls | null;
}

export class BrowserSession implements PlainSocketUser, HeldOfferUser {
  readonly #options: BrowserSessionOptions;
  readonly #user: BrowserSessionUser;
  readonly #socket: PlainSocket;
  /** Until the browser has answered what we have offered. */
  #offer: HeldOffer | null = null;
  #peer: PeerConnection | null = null;
  #track: Track | null = null;
  #plain: MediaAddress | null = null;
  #isGathered = false;
  #wasConnected = false;
  #wait: NodeJS.Timeout | null = null;
  #state: "opening" | "ready" | "closed" = "opening";

  /** Throws where the library refuses what the browser has said. */
  constructor(options: BrowserSessionOptions, user: BrowserSessionUser) {
    this.#options = options;
    this.#user = user;
    this.#socket = new PlainSocket(options.endpoint, this, (plain) => {
      this.#plain = plain;
      this.#tellReady();
    });
    try {
      this.#begin(options);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  accept(remote: IceDtls): void {
    if (this.#state === "closed") return;
    const offer = this.#offer;
    if (offer === null) this.#peer?.setRemoteDescription(writeRemote(remote), "answer");
    else offer.release(() => this.#guard(() => this.#answer(remote, offer)));
  }

  offerHeld(): void {
    this.#gathered();
  }

  offerFailed(message: string): void {
    this.#fail(message);
  }

  plainArrived(packet: Buffer): void {
    if (packet.length <= MAX_PACKET_BYTES && this.#track?.isOpen() === true) this.#track.sendMessageBinary(packet);
  }

  plainFailed(message: string): void {
    this.#fail(message);
  }

  close(): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    if (this.#wait !== null) clearTimeout(this.#wait);
    this.#socket.close();
    this.#offer?.release();
    this.#peer?.close();
    this.#user.sessionClosed();
  }

  #begin({ remote, iceServers }: BrowserSessionOptions): void {
    if (remote !== null) this.#answer(remote);
    else if (iceServers.length === 0) this.#offer = new HeldOffer(this.#options, this);
    else this.#offerWithServers();
  }

  /** What others see of our address has to be in the offer, and is known by the socket that asks them for it. */
  #offerWithServers(): void {
    const peer = this.#connect();
    const audio = new nodeDataChannel.Audio("0", "SendRecv");
    audio.addAudioCodec(0, "PCMU");
    this.#attach(peer.addTrack(audio));
    peer.setLocalDescription("offer");
  }

  /** To the library it is an answer also where the browser has answered us: `offer` is what it has answered. */
  #answer(remote: IceDtls, offer: HeldOffer | null = null): void {
    const peer = this.#connect(offer);
    peer.onTrack((track) => this.#attach(track));
    peer.setRemoteDescription(writeRemote(remote), "offer");
    if (offer === null) peer.setLocalDescription("answer");
    else peer.setLocalDescription("answer", { iceUfrag: offer.ice.ufrag, icePwd: offer.ice.pwd });
  }

  #connect(offer: HeldOffer | null = null): PeerConnection {
    const { name, iceServers, address, port } = this.#options;
    const peer = new nodeDataChannel.PeerConnection(name, {
      iceServers: [...iceServers],
      bindAddress: address,
      portRangeBegin: port,
      portRangeEnd: port,
      disableAutoNegotiation: true,
      forceMediaTransport: true,
      ...(offer === null
        ? {}
        : { certificatePemFile: offer.certificate.certificate, keyPemFile: offer.certificate.key }),
    });
    this.#peer = peer;
    peer.onStateChange((state) => this.#changed(state));
    peer.onGatheringStateChange((state) => {
      if (state === "complete") this.#gathered();
    });
    if (this.#state === "opening") this.#wait = setTimeout(() => this.#gathered(), GATHERING_MS);
    return peer;
  }

  #guard(work: () => void): void {
    if (this.#state === "closed") return;
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #attach(track: Track): void {
    this.#track = track;
    track.onMessage((packet) => {
      const [first = 0] = packet;
      if (first < FIRST_RTP || first > LAST_RTP || packet.length < LEAST_BYTES) return;
      this.#socket.send(packet);
    });
  }

  #gathered(): void {
    this.#isGathered = true;
    this.#tellReady();
  }

  #tellReady(): void {
    if (!this.#isGathered || this.#plain === null || this.#state !== "opening") return;
    const ice = this.#offer?.ice ?? readLocal(this.#peer?.localDescription()?.sdp ?? "");
    if (ice === null || ice.candidates.length === 0) {
      this.#fail("there is no address at which the browser could reach us");
      return;
    }
    this.#state = "ready";
    this.#user.sessionReady({ ice, plain: this.#plain });
  }

  #changed(state: string): void {
    if (state === "connected") {
      this.#wasConnected = true;
      this.#user.sessionConnected();
    } else if (state === "closed") this.#fail("the browser has closed its audio");
    else if (state === "failed" || state === "disconnected") {
      this.#fail(
        this.#wasConnected
          ? "the browser has not been heard for 30 seconds (RFC 7675)"
          : "no way to the browser was found, or its certificate is not the one that its description names",
      );
    }
  }

  #fail(message: string): void {
    if (this.#state === "closed") return;
    this.close();
    this.#user.sessionFailed(message);
  }
}
