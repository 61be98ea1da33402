import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EventMessage, readEvents } from "../../../runtime/cli/event-stream.ts";

async function read(...chunks: readonly Uint8Array[]): Promise<readonly EventMessage[]> {
  async function* bytes() {
    yield* chunks;
  }
  const events: EventMessage[] = [];
  for await (const event of readEvents(bytes())) events.push(event);
  return events;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

const STREAM =
  'retry: 1000\n\n: alive\n\nid: 1\nevent: log\ndata: {"text":"grüß"}\n\nevent: dropped\r\ndata:a\r\ndata: b\r\n\r\n';
const EVENTS = [
  { id: "1", event: "log", data: '{"text":"grüß"}' },
  { id: undefined, event: "dropped", data: "a\nb" },
];

describe("server-sent events", () => {
  it("are the same however the bytes are split", async () => {
    const bytes = bytesOf(STREAM);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        expect(await read(...chunks)).toEqual(EVENTS);
      }),
    );
  });

  it("that are cut off by the end are none", async () => {
    expect(await read(bytesOf("data: whole\n\ndata: half\n"))).toEqual([
      { id: undefined, event: "message", data: "whole" },
    ]);
  });

  it("have a largest size", async () => {
    await expect(read(bytesOf(`data: ${"x".repeat(1024 * 1024 + 1)}`))).rejects.toThrow("longer than");
  });
});
