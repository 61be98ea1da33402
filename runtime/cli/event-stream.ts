/** Reads server-sent events (`text/event-stream`) from bytes, however they are split. An event has a largest size. */

const MAX_EVENT_CHARACTERS = 1024 * 1024;

export interface EventMessage {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** The events of a stream. Comments are passed over; an event that is cut off by the end is none. */
export async function* readEvents(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<EventMessage> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    // A carriage return at the end may be half of a line end.
    const complete = text.endsWith("\r") ? text.slice(0, -1) : text;
    const blocks = complete.replaceAll("\r\n", "\n").replaceAll("\r", "\n").split("\n\n");
    text = (blocks.pop() ?? "") + text.slice(complete.length);
    for (const block of blocks) {
      const message = parseBlock(block);
      if (message !== undefined) yield message;
    }
    if (text.length > MAX_EVENT_CHARACTERS)
      throw new Error(`An event is longer than ${MAX_EVENT_CHARACTERS} characters`);
  }
}

function parseBlock(block: string): EventMessage | undefined {
  let id: string | undefined;
  let event = "message";
  const data: string[] = [];
  for (const line of block.split("\n")) {
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id") id = value;
    else if (field === "event") event = value;
    else if (field === "data") data.push(value);
  }
  return data.length === 0 ? undefined : { id, event, data: data.join("\n") };
}
