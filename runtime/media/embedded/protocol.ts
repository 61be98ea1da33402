/**
 * What crosses between the main thread and a media worker: arrays of commands one way, arrays of events the other. Plain
 * data alone (and, to join endpoints of two workers, a message port).
 */
import type { MessagePort } from "node:worker_threads";
import type {
  AudioStream,
  CodecName,
  MediaEvent,
  MediaStats,
  MediaTicket,
  PlayRequest,
  RecordRequest,
  RtpNumbers,
} from "../../port/media.ts";

/** Names an endpoint in both threads; never used twice. */
export type EndpointId = number;

/** What a worker is started with. */
export interface WorkerSettings {
  /** ISO 3166 of the country whose tones are played. */
  readonly country: string;
  /** Codecs that are loaded where they can be. */
  readonly codecs: readonly CodecName[];
}

export type Command = EndpointCommand | { readonly type: "ping" } | { readonly type: "stop" };

export type EndpointCommand = { readonly endpoint: EndpointId } & (
  | ({ readonly type: "open"; readonly port: number } & SessionPlace)
  /** Another port, since the first was taken. */
  | { readonly type: "bind"; readonly port: number }
  | { readonly type: "connect"; readonly stream: AudioStream }
  | { readonly type: "play"; readonly ticket: MediaTicket; readonly request: PlayRequest }
  | { readonly type: "stop-playing" }
  | { readonly type: "record"; readonly ticket: MediaTicket; readonly request: RecordRequest }
  | { readonly type: "pause-recording"; readonly isPaused: boolean }
  | { readonly type: "stop-recording" }
  | { readonly type: "send-digits"; readonly ticket: MediaTicket; readonly digits: string }
  | { readonly type: "join"; readonly other: EndpointId }
  /** Joined with an endpoint of another worker, which has the other end of the port. */
  | { readonly type: "join-far"; readonly port: MessagePort }
  | { readonly type: "leave" }
  | { readonly type: "ask-stats"; readonly question: number }
  | { readonly type: "close" }
);

export interface SessionPlace {
  readonly address: string;
  readonly inbandDigits: boolean;
  /** Of the stream that an earlier process has sent; `null`: it is a new one. */
  readonly numbers: RtpNumbers | null;
}

export type WorkerEvent =
  | { readonly type: "ready"; readonly codecs: readonly CodecName[] }
  | { readonly type: "alive"; readonly counters: WorkerCounters }
  | EndpointEvent;

export type EndpointEvent = { readonly endpoint: EndpointId } & (
  | { readonly type: "bound"; readonly port: number }
  | { readonly type: "port-refused"; readonly port: number; readonly message: string; readonly isInUse: boolean }
  | { readonly type: "media"; readonly event: SessionEvent }
  /** How far a recording has come, in case that the worker dies. */
  | { readonly type: "recording"; readonly ticket: MediaTicket; readonly ms: number; readonly spokenMs: number }
  | { readonly type: "stats"; readonly question: number; readonly stats: MediaStats }
  /** A fault of ours has ended it; `closed` follows. */
  | { readonly type: "broken"; readonly message: string }
  /** Everything is released; the last that is said of an endpoint. */
  | { readonly type: "closed"; readonly stats: MediaStats }
);

/** What a worker tells the owner of an endpoint. */
export type SessionEvent = Exclude<MediaEvent, { readonly type: "opened" | "failed" }>;

/** Counted since the worker was started. */
export interface WorkerCounters {
  readonly packetsSent: number;
  readonly packetsReceived: number;
  /** Dropped: from a stranger, malformed, or not authentic. */
  readonly packetsRefused: number;
  /** Frames that were left out since the worker was too late for them. */
  readonly framesSkipped: number;
}

/** Of an endpoint that nothing is known of yet. */
export const NO_STATS: MediaStats = {
  packetsSent: 0,
  packetsReceived: 0,
  packetsLost: 0,
  jitterMs: 0,
  roundTripMs: null,
  silentMs: 0,
};
