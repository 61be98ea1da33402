/**
 * Symmetric RTP (RFC 4961, RFC 7362 §3): whom we send to, and from whom we take packets. Begins with the address of the
 * SDP; learns another one once, from the first source that sends a few packets in a row, since the address of a phone
 * behind a NAT is not what its SDP says. Whoever comes later is a stranger. The address of the SDP itself always wins.
 */
import { isIP, SocketAddress } from "node:net";
import type { MediaAddress } from "../../../port/media.ts";
import type { RtpPacket } from "./packet.ts";

/** Packets in sequence that a source must send to be learned. */
export const PROBATION_PACKETS = 3;
/** The same for who was learned under the agreement before: what it still sends must not win against its successor. */
export const FORMER_PROBATION_PACKETS = 25;
/** Sources that are on probation at a time: the right one, and who sends between its packets. */
export const MAX_CANDIDATES = 4;

type State =
  /** Nobody has been heard under this agreement. */
  | { readonly type: "listening" }
  /** Only this source counts. */
  | { readonly type: "latched"; readonly source: MediaAddress; readonly isAgreed: boolean };

interface Candidate {
  readonly source: MediaAddress;
  readonly ssrc: number;
  readonly sequence: number;
  /** How many have come in a row. */
  readonly packets: number;
}

const LISTENING: State = { type: "listening" };

export class Latch {
  /** Packets from addresses that are not the other side's, or not yet. */
  strangers = 0;
  #state: State = LISTENING;
  /** What the SDP said last, other than nothing. */
  #agreed: MediaAddress | null = null;
  #agreedRtcp: MediaAddress | null = null;
  #isHeld = false;
  #former: MediaAddress | null = null;
  /** The one heard last is the last. */
  #candidates: Candidate[] = [];
  /** Where RTCP comes from, when it has a port of its own and RTP's address was learned. */
  #learnedRtcp: MediaAddress | null = null;

  /**
   * A new agreement: another remote address is learned anew, the same one changes nothing, and `null` (on hold) keeps what
   * is known. `remoteRtcp` `null`: RTCP goes with RTP.
   */
  connect(remote: MediaAddress | null, remoteRtcp: MediaAddress | null): void {
    this.#agreedRtcp = remoteRtcp === null ? null : canonical(remoteRtcp);
    this.#isHeld = remote === null;
    if (remote === null) return;
    const address = canonical(remote);
    if (isSame(address, this.#agreed)) return;
    this.#former = this.#agreed !== null && this.#state.type === "latched" ? this.#state.source : null;
    this.#agreed = address;
    this.#state = LISTENING;
    this.#candidates = [];
    this.#learnedRtcp = null;
  }

  /** Whether an RTP packet is to be used. `isExpected`: its payload type is one that was agreed on. */
  accept(source: MediaAddress, packet: RtpPacket, isExpected: boolean): boolean {
    const state = this.#state;
    if (state.type === "latched" && isSame(source, state.source)) return true;
    const isAgreed = isSame(source, this.#agreed);
    if (isExpected && (isAgreed || state.type === "listening")) {
      if (state.type === "listening" && isAgreed) return this.#latch(source, true);
      if (this.#isProven(source, packet)) return this.#latch(source, isAgreed);
    }
    this.strangers++;
    return false;
  }

  /** Whether an RTCP packet is to be used: it comes from the host that RTP comes from. */
  acceptRtcp(source: MediaAddress): boolean {
    const from = this.#state.type === "latched" ? this.#state.source : this.#agreed;
    if (from === null || source.address !== from.address) {
      if (!isSame(source, this.#agreedRtcp)) return false;
    }
    this.#learnedRtcp ??= copy(source);
    return true;
  }

  /** Where RTP is sent; `null`: nowhere for now. */
  get target(): MediaAddress | null {
    if (this.#isHeld) return null;
    return this.#state.type === "latched" ? this.#state.source : this.#agreed;
  }

  get rtcpTarget(): MediaAddress | null {
    if (this.#agreedRtcp === null || this.#isHeld) return this.target;
    const isElsewhere = this.#state.type === "latched" && !this.#state.isAgreed;
    return isElsewhere && this.#learnedRtcp !== null ? this.#learnedRtcp : this.#agreedRtcp;
  }

  #latch(source: MediaAddress, isAgreed: boolean): true {
    this.#state = { type: "latched", source: copy(source), isAgreed };
    this.#candidates = [];
    this.#learnedRtcp = null;
    return true;
  }

  #isProven(source: MediaAddress, packet: RtpPacket): boolean {
    const candidates = this.#candidates;
    const index = candidates.findIndex((candidate) => isSame(source, candidate.source));
    const known = candidates[index];
    const isNext =
      known !== undefined && packet.ssrc === known.ssrc && packet.sequence === ((known.sequence + 1) & 0xffff);
    const { ssrc, sequence } = packet;
    const heard = { source: known?.source ?? copy(source), ssrc, sequence, packets: isNext ? known.packets + 1 : 1 };
    if (known !== undefined) candidates.splice(index, 1);
    else if (candidates.length === MAX_CANDIDATES) candidates.shift();
    candidates.push(heard);
    return heard.packets >= (isSame(source, this.#former) ? FORMER_PROBATION_PACKETS : PROBATION_PACKETS);
  }
}

function isSame(a: MediaAddress, b: MediaAddress | null): boolean {
  return b !== null && a.port === b.port && a.address === b.address;
}

/** What a socket says of a sender has more in it. */
function copy(source: MediaAddress): MediaAddress {
  return { address: source.address, port: source.port };
}

/** As sockets write it: an IPv6 address has many spellings. What is no address (a name) stays, and matches nobody. */
function canonical(remote: MediaAddress): MediaAddress {
  if (isIP(remote.address) !== 6) return copy(remote);
  return { address: new SocketAddress({ address: remote.address, family: "ipv6" }).address, port: remote.port };
}
