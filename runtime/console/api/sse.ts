/** Server-sent events out of the bytes of an answer, however they are split (WHATWG HTML §9.2.6). */

export interface SseMessage {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** What a frame that never ends may hold; the API sends less. */
const MAX_WAITING_CHARACTERS = 1024 * 1024;

export class SseParser {
  #rest = "";

  /** The messages that are complete with this piece. Throws where a frame grows too large. */
  take(piece: string): SseMessage[] {
    const frames = (this.#rest + piece).replaceAll("\r\n", "\n").split("\n\n");
    this.#rest = frames.pop() ?? "";
    if (this.#rest.length > MAX_WAITING_CHARACTERS) throw new Error("An event of the stream is too large.");
    return frames.flatMap(messageOf);
  }
}

/** Frames without data (comments, `retry`) are no messages. */
function messageOf(frame: string): SseMessage[] {
  let id: string | null = null;
  let event = "message";
  const data: string[] = [];
  for (const line of frame.split("\n")) {
    const [, name, value = ""] = /^([^:]+):? ?(.*)$/.exec(line) ?? [];
    if (name === "id") id = value;
    else if (name === "event") event = value;
    else if (name === "data") data.push(value);
  }
  return data.length === 0 ? [] : [{ id, event, data: data.join("\n") }];
}
