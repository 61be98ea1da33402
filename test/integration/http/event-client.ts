/** Follows a live stream of the API in a test: reads events one by one, and waits for each. */
import { ADMIN } from "./fake-switch.ts";

export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads the fields it expects.
  readonly data: any;
}

export interface EventClient {
  readonly response: Response;
  /** The next event; comments are passed over, and `undefined` is the end of the stream. */
  next(): Promise<ReceivedEvent | undefined>;
  close(): void;
}

export async function followEvents(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventClient> {
  const ended = new AbortController();
  const response = await fetch(url, {
    headers: { Authorization: `Bearer ${ADMIN}`, ...headers },
    signal: ended.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return {
    response,
    async next() {
      for (;;) {
        const end = text.indexOf("\n\n");
        if (end >= 0) {
          const event = parse(text.slice(0, end));
          text = text.slice(end + 2);
          if (event !== undefined) return event;
          continue;
        }
        const chunk = await reader?.read();
        if (chunk === undefined || chunk.done) return undefined;
        text += chunk.value;
      }
    },
    close: () => ended.abort(),
  };
}

function parse(block: string): ReceivedEvent | undefined {
  const field = (name: string) =>
    block
      .split("\n")
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  const data = field("data");
  if (data === undefined) return undefined;
  return { id: field("id"), event: field("event") ?? "message", data: JSON.parse(data) };
}
