/**
 * One browser: a peer connection of the library, which does ICE, DTLS and SRTP, and the plain socket of its endpoint.
 * Packets pass as they are; what is not RTP or RTCP, or too large, is dropped.
 */
import nodeDataChannel, { type PeerConnection, type Track } from "node-datachannel";
import type { MediaAddress } from "../../../port/media.ts";
import type { IceDtls } from "../../../port/webrtc.ts";
import type { IceServer } from "../protocol.ts";
import { readLocal, writeRemote } from "./description.ts";
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

export class BrowserSession implements PlainSocketUser {
  readonly #user: BrowserSessionUser;
  readonly #peer: PeerConnection;
  readonly #socket: PlainSocket;
  #track: Track | null = null;
  #plain: MediaAddress | null = null;
  #isGathered = false;
  #wasConnected = false;
  #wait: NodeJS.Timeout | null = null;
  #state: "opening" | "ready" | "closed" = "opening";

  /** Throws where the library refuses what the browser has said. */
  constructor(options: BrowserSessionOptions, user: BrowserSessionUser) {
    const { name, iceServers, address, port, endpoint, remote } = options;
    this.#user = user;
    this.#peer = new nodeDataChannel.PeerConnection(name, {
      iceServers: [...iceServers],
      bindAddress: address,
      portRangeBegin: port,
      portRangeEnd: port,
      disableAutoNegotiation: true,
      forceMediaTransport: true,
    });
    this.#socket = new PlainSocket(endpoint, this, (plain) => {
      this.#plain = plain;
      this.#tellReady();
    });
    try {
      this.#begin(remote);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  accept(remote: IceDtls): void {
    if (this.#state !== "closed") this.#peer.setRemoteDescription(writeRemote(remote), "answer");
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
    this.#peer.close();
    this.#user.sessionClosed();
  }

  #begin(remote: IceDtls | null): void {
    this.#peer.onStateChange((state) => this.#changed(state));
    this.#peer.onGatheringStateChange((state) => {
      if (state === "complete") this.#gathered();
    });
    this.#wait = setTimeout(() => this.#gathered(), GATHERING_MS);
    if (remote !== null) {
      this.#peer.onTrack((track) => this.#attach(track));
      this.#peer.setRemoteDescription(writeRemote(remote), "offer");
      this.#peer.setLocalDescription("answer");
      return;
    }
    const audio = new nodeDataChannel.Audio("0", "SendRecv");
    audio.addAudioCodec(0, "PCMU");
    this.#attach(this.#peer.addTrack(audio));
    this.#peer.setLocalDescription("offer");
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
    const ice = readLocal(this.#peer.localDescription()?.sdp ?? "");
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
