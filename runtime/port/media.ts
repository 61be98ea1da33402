/**
 * What the switch asks of the media plane: endpoints that speak RTP, and what is played, recorded and joined there. The
 * plane works elsewhere (threads, another process): every call returns at once, and what comes of it arrives as an event,
 * never before the call has returned. Plain data alone crosses.
 */

/** The codecs that the plane can speak, by their names in SDP (RFC 3551, RFC 7587). */
export type CodecName = "PCMU" | "PCMA" | "G722" | "opus";

/** A codec as two sides have agreed on it. */
export interface AudioFormat {
  readonly codec: CodecName;
  readonly payloadType: number;
  /** Of the RTP timestamp: 8000 for G722 too (RFC 3551 §4.5.2). */
  readonly clockRate: number;
  /** Milliseconds of audio in a packet of ours: a multiple of 10, 10 to 60. @default 20 */
  readonly ptimeMs: number;
}

/** What one side does with audio, seen from us (RFC 3264 §5.1). */
export type Direction = "sendrecv" | "sendonly" | "recvonly" | "inactive";

export interface MediaAddress {
  readonly address: string;
  readonly port: number;
}

/** Keys of SDES-SRTP (RFC 4568): base64 of master key and salt. */
export interface SrtpKeys {
  readonly suite: "AES_CM_128_HMAC_SHA1_80" | "AES_CM_128_HMAC_SHA1_32";
  readonly local: string;
  readonly remote: string;
}

/** An audio stream that two sides have agreed on: all that an endpoint needs to send and to receive. */
export interface AudioStream {
  /** What we send; what we receive may be any of `accepted`. */
  readonly format: AudioFormat;
  readonly accepted: readonly AudioFormat[];
  /** Payload type of telephone-event (RFC 4733), or `null` where the other side has none. */
  readonly telephoneEvent: number | null;
  /** Payload type of comfort noise (RFC 3389), or `null`. */
  readonly comfortNoise: number | null;
  readonly direction: Direction;
  /** Where the other side says that it listens; `null` while it is on hold by address 0.0.0.0 or has not said yet. */
  readonly remote: MediaAddress | null;
  /** Where its RTCP goes; `null`: together with RTP (RFC 5761). */
  readonly remoteRtcp: MediaAddress | null;
  readonly srtp: SrtpKeys | null;
}

/**
 * Where the numbers of a stream are, so that another process can go on with it: the other side takes a jump for packets
 * that were lost, and SRTP must never use an index twice (RFC 3711 §9.1).
 */
export interface RtpNumbers {
  readonly ssrc: number;
  /** Sequence number and rollovers as one number: higher than that of every packet before the next report. */
  readonly index: number;
  /** RTP timestamp of the moment `at` (milliseconds since 1970). */
  readonly timestamp: number;
  readonly clockRate: number;
  readonly at: number;
  /** How often the sequence of the other side has wrapped. */
  readonly remoteRollovers: number;
}

/** What is played: files are WAV (8 or 16 kHz and more, mono or stereo, PCM16, PCMU or PCMA); tones are synthesised. */
export type AudioSource =
  | { readonly type: "file"; readonly file: string }
  | { readonly type: "tone"; readonly tone: ToneName; readonly ms?: number }
  | { readonly type: "silence"; readonly ms: number };

/** Tones that a country has its own form of (ITU-T E.180), and the beep before a recording. */
export type ToneName = "ringback" | "busy" | "congestion" | "dial" | "beep";

/** Names one thing an endpoint was asked to do; unique per endpoint, chosen by whoever asks. */
export type MediaTicket = number;

export interface PlayRequest {
  readonly sources: readonly AudioSource[];
  /** Begins again after the last one, until it is stopped. */
  readonly loop?: boolean;
}

export interface RecordRequest {
  /** A WAV file that does not exist yet; its folder does. */
  readonly file: string;
  /** `received`: what this endpoint hears, mono. `both`: left what it hears, right what it is sent. */
  readonly what: "received" | "both";
  /** Milliseconds after which it stops by itself. */
  readonly maxMs: number;
  /** Stops after this much silence; the silence itself is cut off. Absent: never. */
  readonly silenceMs?: number;
}

/** How a recording ended. `lost`: the worker died, and what was written is there. */
export type RecordEnd = "stopped" | "silence" | "limit" | "failed" | "lost";

export type MediaEvent =
  /** The endpoint listens: what the SDP says may be written. */
  | { readonly type: "opened"; readonly local: MediaAddress }
  /** The endpoint is gone, or never came to be: no port was free, or its worker died. It is closed already. */
  | { readonly type: "failed"; readonly reason: "no-port" | "lost"; readonly message: string }
  | {
      readonly type: "played";
      readonly ticket: MediaTicket;
      readonly end: "finished" | "stopped" | "failed";
      /** Milliseconds that were heard. */
      readonly ms: number;
      /** Why it failed: a file that is not there, or is no WAV. */
      readonly message: string | null;
    }
  | {
      readonly type: "recorded";
      readonly ticket: MediaTicket;
      readonly end: RecordEnd;
      readonly file: string;
      readonly ms: number;
      /** Milliseconds in which somebody spoke. */
      readonly spokenMs: number;
      readonly message: string | null;
    }
  /** A key: 0-9 * # A-D; told once, when it has begun. */
  | { readonly type: "digit"; readonly digit: string; readonly by: "rtp" | "inband" }
  /** The last of the digits that were to be sent is out. */
  | { readonly type: "sent"; readonly ticket: MediaTicket }
  /** The numbers of the stream have got further. */
  | { readonly type: "numbers"; readonly numbers: RtpNumbers }
  /** Nothing has come for a while although it should, and then comes again. */
  | { readonly type: "lost"; readonly silentMs: number }
  | { readonly type: "resumed" };

export interface MediaOwner {
  mediaEvent(event: MediaEvent, endpoint: MediaEndpoint): void;
}

/** RTP as seen from here (RFC 3550 §6.4). */
export interface MediaStats {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly jitterMs: number;
  /** From RTCP; `null` before the first report. */
  readonly roundTripMs: number | null;
  /** How long nothing has come that should, neither RTP nor RTCP; 0 where the other side need not send. */
  readonly silentMs: number;
}

/** One RTP session of ours with one other side. */
export interface MediaEndpoint {
  /** Where it listens; `null` before `opened`. */
  readonly local: MediaAddress | null;
  /** Begins, or changes, what is sent and received: after the first agreement and after each later one. */
  connect(stream: AudioStream): void;
  /** Plays, in place of what it is playing (which ends as `stopped`). Works before `connect`: heard from then on. */
  play(ticket: MediaTicket, request: PlayRequest): void;
  stopPlaying(): void;
  /** Records, one at a time beside what plays. */
  record(ticket: MediaTicket, request: RecordRequest): void;
  pauseRecording(isPaused: boolean): void;
  stopRecording(): void;
  /** Sends keys by RFC 4733, or as tones where the other side has no telephone-event. */
  sendDigits(ticket: MediaTicket, digits: string): void;
  /** Each hears the other from now on; what plays at one is heard there alone. Keys pass too. */
  join(other: MediaEndpoint): void;
  leave(): void;
  stats(): Promise<MediaStats>;
  /** Ends everything that runs here (recordings end as `stopped`, whole) and gives the ports back. Idempotent. */
  close(): void;
}

export interface OpenRequest {
  /** The address of ours to listen on: one that the other side can reach. */
  readonly address: string;
  /** To be joined with this one, so in the same worker. */
  readonly near?: MediaEndpoint;
  /** Goes on where an endpoint of an earlier process was: at its port, and at no other. @default at any, with new numbers */
  readonly resumed?: { readonly port: number; readonly numbers: RtpNumbers | null };
  /** Finds keys in the audio too (for who sends neither RFC 4733 nor INFO). @default false */
  readonly inbandDigits?: boolean;
}

export interface MediaPlane {
  /** Codecs that it can speak here, best first. */
  readonly codecs: readonly CodecName[];
  open(request: OpenRequest, owner: MediaOwner): MediaEndpoint;
  /** Endpoints that are open. */
  readonly endpoints: number;
}
