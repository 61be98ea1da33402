/**
 * SRTP and SRTCP with keys from SDES (RFC 3711, RFC 4568): protects what we send, and checks and opens what comes, in
 * place. Without MKI and without deriving keys anew. Whatever comes, it never throws.
 */
import { ok, type Result } from "../../../base/result.ts";
import type { RtpNumbers, SrtpKeys } from "../../../port/media.ts";
import { MAX_PACKET_BYTES, rtpHeaderBytes, uint16, uint32, writeUint32 } from "./packet.ts";
import { ReplayWindow } from "./replay-window.ts";
import { deriveKeys, type MasterKey, parseMasterKey } from "./srtp-keys.ts";
import { isTag, SrtpTransform, writeTag } from "./srtp-transform.ts";

/** What protection adds at most: the index of SRTCP, and the tag. */
export const SRTP_TRAILER_BYTES = 14;
/** Sources of the other side that are remembered: it may change its SSRC, and what is forgotten could be replayed. */
export const MAX_SOURCES = 16;

const RTCP_HEADER_BYTES = 8;
const RTCP_INDEX_BYTES = 4;
/** RFC 4568 §6.2: the short tag is for RTP alone. */
const RTCP_TAG_BYTES = 10;
const ENCRYPTED_BIT = 0x8000_0000;
const INDEX_MASK = 0x7fff_ffff;
const HALF = 0x8000;
const NONE: readonly number[] = [];
const WRAP = 0x10000;

/** Both directions of one stream. Keep it as long as the keys stay the same: it holds the rollover counters. */
export interface SrtpPair {
  readonly sender: SrtpSender;
  readonly receiver: SrtpReceiver;
}

/** Takes keys as the SDP has them; a problem is a sentence. */
export function createSrtp(keys: SrtpKeys, resumed: RtpNumbers | null = null): Result<SrtpPair, string> {
  const local = parseMasterKey(keys.local);
  if (!local.ok) return local;
  const remote = parseMasterKey(keys.remote);
  if (!remote.ok) return remote;
  const tagBytes = keys.suite === "AES_CM_128_HMAC_SHA1_80" ? 10 : 4;
  const sender = new SrtpSender(local.value, tagBytes, resumed);
  return ok({ sender, receiver: new SrtpReceiver(remote.value, tagBytes, resumed) });
}

export class SrtpSender {
  readonly #rtp: SrtpTransform;
  readonly #rtcp: SrtpTransform;
  readonly #tagBytes: number;
  #ssrc = -1;
  #sequence = 0;
  /** How often the sequence has wrapped. */
  #rollovers = 0;
  #rtcpIndex = 0;

  constructor(master: MasterKey, tagBytes: number, resumed: RtpNumbers | null = null) {
    this.#rtp = new SrtpTransform(deriveKeys(master, "rtp"));
    this.#rtcp = new SrtpTransform(deriveKeys(master, "rtcp"));
    this.#tagBytes = tagBytes;
    if (resumed === null) return;
    this.#ssrc = resumed.ssrc;
    this.#rollovers = Math.floor(resumed.index / WRAP);
    // Of RTCP there is less than a packet a second: the time is beyond what has been sent.
    this.#rtcpIndex = Math.floor(Date.now() / 1000) & INDEX_MASK;
  }

  /** Encrypts and tags a packet of ours in place, with `SRTP_TRAILER_BYTES` of room behind; returns its new length. */
  protect(bytes: Uint8Array, length: number): number {
    const sequence = uint16(bytes, 2);
    const ssrc = uint32(bytes, 8);
    if (ssrc !== this.#ssrc) this.#rollovers = 0;
    else if (sequence < this.#sequence) this.#rollovers++;
    this.#ssrc = ssrc;
    this.#sequence = sequence;
    const range = { start: rtpHeaderBytes(bytes, length), end: length };
    this.#rtp.crypt(bytes, range, ssrc, this.#rollovers * WRAP + sequence);
    writeTag(bytes, length, this.#rtp.digest(bytes, length, this.#rollovers), this.#tagBytes);
    return length + this.#tagBytes;
  }

  protectRtcp(bytes: Uint8Array, length: number): number {
    const index = this.#rtcpIndex;
    this.#rtcpIndex = (index + 1) & INDEX_MASK;
    this.#rtcp.crypt(bytes, { start: RTCP_HEADER_BYTES, end: length }, uint32(bytes, 4), index);
    writeUint32(bytes, length, ENCRYPTED_BIT | index);
    const end = length + RTCP_INDEX_BYTES;
    writeTag(bytes, end, this.#rtcp.digest(bytes, end, null), RTCP_TAG_BYTES);
    return end + RTCP_TAG_BYTES;
  }
}

/** What is known of one source: which packets have come. */
interface Source {
  readonly rtp: ReplayWindow;
  readonly rtcp: ReplayWindow;
}

export class SrtpReceiver {
  /** Packets whose tag was wrong, or that were too short to have one. */
  forged = 0;
  /** Packets that had come before, or were too old to tell. */
  replayed = 0;
  readonly #rtp: SrtpTransform;
  readonly #rtcp: SrtpTransform;
  readonly #tagBytes: number;
  readonly #sources = new Map<number, Source>();
  /** How often the stream of an earlier process may have wrapped, until one is found to be right. */
  #expected: readonly number[] = NONE;
  #rollovers = 0;

  constructor(master: MasterKey, tagBytes: number, resumed: RtpNumbers | null = null) {
    this.#rtp = new SrtpTransform(deriveKeys(master, "rtp"));
    this.#rtcp = new SrtpTransform(deriveKeys(master, "rtcp"));
    this.#tagBytes = tagBytes;
    if (resumed !== null) this.#expected = expectedRollovers(resumed.remoteRollovers);
  }

  /** How often the sequence of the source that was heard last has wrapped. */
  get rollovers(): number {
    return this.#rollovers;
  }

  /** Checks and decrypts in place; returns the length of the RTP packet, or -1: drop it. */
  unprotect(bytes: Uint8Array, length: number): number {
    const end = length - this.#tagBytes;
    const start = length > MAX_PACKET_BYTES ? -1 : rtpHeaderBytes(bytes, end);
    if (start < 0) return this.#refuse();
    const ssrc = uint32(bytes, 8);
    const source = this.#sources.get(ssrc) ?? createSource();
    const sequence = uint16(bytes, 2);
    const isFirst = source.rtp.highest < 0 && this.#expected.length > 0;
    const index = isFirst ? this.#findIndex(bytes, end, sequence) : estimateIndex(source.rtp.highest, sequence);
    if (index < 0 || !source.rtp.isNew(index)) return this.#refuseReplay();
    if (!this.#isAuthentic(bytes, end, index)) return this.#refuse();
    this.#expected = NONE;
    this.#rollovers = Math.floor(index / WRAP);
    // RFC 3711 §3.3.1: only what is authentic moves the counters.
    source.rtp.accept(index);
    this.#keep(ssrc, source);
    this.#rtp.crypt(bytes, { start, end }, ssrc, index);
    return end;
  }

  /** Checks and decrypts in place; returns the length of the RTCP compound, or -1: drop it. */
  unprotectRtcp(bytes: Uint8Array, length: number): number {
    const tagAt = length - RTCP_TAG_BYTES;
    const end = tagAt - RTCP_INDEX_BYTES;
    if (end < RTCP_HEADER_BYTES || length > MAX_PACKET_BYTES) return this.#refuse();
    const word = uint32(bytes, end);
    const index = word & INDEX_MASK;
    const ssrc = uint32(bytes, 4);
    const source = this.#sources.get(ssrc) ?? createSource();
    if (!source.rtcp.isNew(index)) return this.#refuseReplay();
    if (!isTag(bytes, tagAt, this.#rtcp.digest(bytes, tagAt, null), RTCP_TAG_BYTES)) return this.#refuse();
    source.rtcp.accept(index);
    this.#keep(ssrc, source);
    // RFC 3711 §3.4: the other side may leave it unencrypted, never untagged.
    const isEncrypted = word >= ENCRYPTED_BIT;
    if (isEncrypted) this.#rtcp.crypt(bytes, { start: RTCP_HEADER_BYTES, end }, ssrc, index);
    return end;
  }

  #isAuthentic(bytes: Uint8Array, end: number, index: number): boolean {
    return isTag(bytes, end, this.#rtp.digest(bytes, end, Math.floor(index / WRAP)), this.#tagBytes);
  }

  /** The first packet that this process hears of a stream: how often it has wrapped is found by its tag. */
  #findIndex(bytes: Uint8Array, end: number, sequence: number): number {
    const rollovers = this.#expected.find((candidate) => this.#isAuthentic(bytes, end, candidate * WRAP + sequence));
    return (rollovers ?? 0) * WRAP + sequence;
  }

  #keep(ssrc: number, source: Source): void {
    if (this.#sources.has(ssrc)) return;
    const [oldest] = this.#sources.keys();
    if (this.#sources.size >= MAX_SOURCES && oldest !== undefined) this.#sources.delete(oldest);
    this.#sources.set(ssrc, source);
  }

  #refuse(): -1 {
    this.forged++;
    return -1;
  }

  #refuseReplay(): -1 {
    this.replayed++;
    return -1;
  }
}

/** It may have wrapped meanwhile, a packet may come late, or the other side may have begun anew. */
function expectedRollovers(last: number): readonly number[] {
  return [...new Set([last, last + 1, Math.max(0, last - 1), 0])];
}

function createSource(): Source {
  return { rtp: new ReplayWindow(), rtcp: new ReplayWindow() };
}

/** RFC 3711 §3.3.1: the index nearest to the highest so far that ends in this sequence number; below 0: there is none. */
function estimateIndex(highest: number, sequence: number): number {
  if (highest < 0) return sequence;
  const last = highest % WRAP;
  const rollovers = Math.floor(highest / WRAP);
  if (last < HALF) return (sequence - last > HALF ? rollovers - 1 : rollovers) * WRAP + sequence;
  return (last - HALF > sequence ? rollovers + 1 : rollovers) * WRAP + sequence;
}
