import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SseParser } from "../../../runtime/console/api/sse.ts";

const STREAM =
  'retry: 1000\n\nid: 7\nevent: call\ndata: {"a":1}\n\n: alive\n\nevent: dropped\ndata: {"count":2}\r\n\r\ndata: one\ndata: two\n\n';
const MESSAGES = [
  { id: "7", event: "call", data: '{"a":1}' },
  { id: null, event: "dropped", data: '{"count":2}' },
  { id: null, event: "message", data: "one\ntwo" },
];

describe("The parser of server-sent events", () => {
  it("reads the same however the bytes are split", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(STREAM.length), { maxLength: 8 }), (cuts) => {
        const parser = new SseParser();
        const places = [0, ...cuts.sort((a, b) => a - b), STREAM.length];
        const messages = places.slice(1).flatMap((end, index) => parser.take(STREAM.slice(places[index], end)));
        expect(messages).toEqual(MESSAGES);
      }),
    );
  });

  it("keeps what is not complete for later", () => {
    const parser = new SseParser();
    expect(parser.take("data: x")).toEqual([]);
    expect(parser.take("\n\n")).toEqual([{ id: null, event: "message", data: "x" }]);
  });

  it("gives up on an event that never ends", () => {
    const parser = new SseParser();
    expect(() => parser.take(`data: ${"x".repeat(2 ** 21)}`)).toThrow("too large");
  });
});
