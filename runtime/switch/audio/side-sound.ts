/** What is heard on a side, recorded of it and sent to it as keys: each thing the endpoint is asked for, and who waits for its end. */
import type { MediaEndpoint, MediaEvent, PlayRequest, RecordRequest } from "../../port/media.ts";

export type Played = Extract<MediaEvent, { type: "played" }>;
export type Recorded = Extract<MediaEvent, { type: "recorded" }>;
type Sent = Extract<MediaEvent, { type: "sent" }>;

export class SideSound {
  readonly #endpoint: MediaEndpoint;
  #lastTicket = 0;
  readonly #played = new Map<number, (event: Played) => void>();
  readonly #recorded = new Map<number, (event: Recorded) => void>();
  readonly #sent = new Map<number, () => void>();

  constructor(endpoint: MediaEndpoint) {
    this.#endpoint = endpoint;
  }

  play(request: PlayRequest, then: (event: Played) => void): void {
    const ticket = ++this.#lastTicket;
    this.#played.set(ticket, then);
    this.#endpoint.play(ticket, request);
  }

  /** Whoever plays is not told of it any more. */
  stopPlaying(): void {
    this.#played.clear();
    this.#endpoint.stopPlaying();
  }

  record(request: RecordRequest, then: (event: Recorded) => void): void {
    const ticket = ++this.#lastTicket;
    this.#recorded.set(ticket, then);
    this.#endpoint.record(ticket, request);
  }

  stopRecording(): void {
    this.#endpoint.stopRecording();
  }

  pauseRecording(isPaused: boolean): void {
    this.#endpoint.pauseRecording(isPaused);
  }

  sendDigits(digits: string, then: () => void): void {
    const ticket = ++this.#lastTicket;
    this.#sent.set(ticket, then);
    this.#endpoint.sendDigits(ticket, digits);
  }

  join(other: SideSound): void {
    this.#endpoint.join(other.#endpoint);
  }

  leave(): void {
    this.#endpoint.leave();
  }

  /** The recordings that end with the side are still told of. */
  close(): void {
    this.#played.clear();
    this.#sent.clear();
  }

  /** Something that the endpoint was asked for has come to its end. */
  ended(event: Played | Recorded | Sent): void {
    const { ticket } = event;
    if (event.type === "played") take(this.#played, ticket)?.(event);
    else if (event.type === "recorded") take(this.#recorded, ticket)?.(event);
    else take(this.#sent, ticket)?.();
  }
}

function take<Value>(map: Map<number, Value>, key: number): Value | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
