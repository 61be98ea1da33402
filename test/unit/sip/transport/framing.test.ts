import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PARSE_LIMITS } from "../../../../runtime/sip/message/limits.ts";
import { type Frame, Framer } from "../../../../runtime/sip/transport/framing.ts";

const options = "OPTIONS sip:a.example SIP/2.0\r\nVia: SIP/2.0/TCP b.example\r\n";

function message(body: string, name = "Content-Length"): string {
  return `${options}${name}: ${body.length}\r\n\r\n${body}`;
}

function frames(...chunks: readonly string[]): Frame[] {
  const framer = new Framer();
  return chunks.flatMap((chunk) => framer.push(chunk));
}

function texts(...chunks: readonly string[]): string[] {
  return frames(...chunks).map((frame) => (frame.type === "message" ? frame.text : frame.type));
}

/** The statuses of what was refused. */
function statuses(...chunks: readonly string[]): number[] {
  return frames(...chunks).flatMap((frame) => (frame.type === "refused" ? frame.status : []));
}

describe("framing of a SIP stream (RFC 3261 §18.3)", () => {
  it("cuts messages by their Content-Length", () => {
    expect(texts(message("") + message("v=0\r\n\r\n") + message("x"))).toEqual([
      message(""),
      message("v=0\r\n\r\n"),
      message("x"),
    ]);
  });

  it.each(["Content-Length", "content-length", "CONTENT-LENGTH", "l", "L", "Content-Length \t", "l "])(
    "knows the length by the name %j",
    (name) => {
      expect(texts(message("body", name) + message(""))).toEqual([message("body", name), message("")]);
    },
  );

  it("knows a length that is folded onto the next line", () => {
    const folded = `${options}Content-Length:\r\n  4\r\nX: y\r\n\r\nbody`;
    expect(texts(folded + message(""))).toEqual([folded, message("")]);
  });

  it("takes no notice of names that only end like Content-Length", () => {
    const other = `${options}X-Content-Length: 99\r\nSubject: a\r\n l: 77\r\nl: 2\r\n\r\nok`;
    expect(texts(other)).toEqual([other]);
  });

  it("takes the same length twice", () => {
    const twice = `${options}l: 2\r\nContent-Length: 2\r\n\r\nok`;
    expect(texts(twice)).toEqual([twice]);
  });

  it.each([
    ["missing", options],
    ["empty", `${options}Content-Length:\r\n`],
    ["negative", `${options}Content-Length: -1\r\n`],
    ["signed", `${options}Content-Length: +1\r\n`],
    ["hexadecimal", `${options}Content-Length: 0x10\r\n`],
    ["two numbers", `${options}Content-Length: 1 2\r\n`],
    ["given twice with different values", `${options}Content-Length: 1\r\nl: 2\r\n`],
    ["endless", `${options}Content-Length: ${"9".repeat(400)}\r\n`],
  ])("refuses with 400 when the length is %s, and reads nothing more", (_case, head) => {
    expect(frames(`${head}\r\n${message("")}`, message(""))).toEqual([
      { type: "refused", status: 400, reason: "Bad Content-Length", head: `${head}\r\n` },
    ]);
  });

  it("takes a head and a body of the largest size", () => {
    const start = `${options}Content-Length: ${PARSE_LIMITS.bodyBytes}\r\nX: `;
    const head = `${start}${"x".repeat(PARSE_LIMITS.headBytes - start.length - 4)}\r\n\r\n`;
    const largest = head + "b".repeat(PARSE_LIMITS.bodyBytes);
    expect(texts(largest + message(""))).toEqual([largest, message("")]);
  });

  it("refuses a body over the limit with 513, its head being given", () => {
    const head = `${options}Content-Length: ${PARSE_LIMITS.bodyBytes + 1}\r\n\r\n`;
    expect(frames(head)).toEqual([{ type: "refused", status: 513, reason: "Message Too Large", head }]);
  });

  it("refuses a head over the limit with 513 once the limit is passed, giving the whole lines there are", () => {
    const endless = `${options}X: ${"x".repeat(PARSE_LIMITS.headBytes)}`;
    expect(frames(endless)).toEqual([
      { type: "refused", status: 513, reason: "Message Too Large", head: `${options}\r\n` },
    ]);
  });

  it.each(["\x16\x03\x01\x02\x00\x01", "\x00\x01\x00\x00", "\xff\xfe", " INVITE", "\x80\x00"])(
    "refuses a stream that begins with what is no SIP: %j",
    (garbage) => {
      expect(statuses(garbage)).toEqual([400]);
    },
  );

  it("skips line ends before a message", () => {
    expect(texts(`\r\n${message("")}\n\r${message("x")}\r`)).toEqual([message(""), message("x")]);
  });

  it("tells a keep-alive for each CRLFCRLF between messages (RFC 5626 §4.4.1)", () => {
    expect(texts("\r\n\r", "\n")).toEqual(["keep-alive"]);
    expect(texts(`\r\n\r\n\r\n${message("")}\r\n\r\n\r\n\r\n`)).toEqual([
      "keep-alive",
      message(""),
      "keep-alive",
      "keep-alive",
    ]);
  });

  it("says whether a message is under way", () => {
    const framer = new Framer();
    const seen: boolean[] = [];
    for (const chunk of ["\r\n", "OPT", "IONS x SIP/2.0\r\nl: 2\r\n\r\n", "o", "k", "\r\n"]) {
      framer.push(chunk);
      seen.push(framer.isMidMessage);
    }
    expect(seen).toEqual([false, true, true, true, false, false]);
  });

  it("gives the same frames however the stream is split", () => {
    const piece = fc.oneof(
      fc.string({ unit: "binary-ascii", maxLength: 30 }).map((body) => message(body)),
      fc.constantFrom("\r\n", "\r\n\r\n", "\n", "\r", "\r\n\r"),
      fc.constantFrom(
        `${options}\r\n`,
        `${options}l: 1\r\nl: 2\r\n\r\n`,
        "\x16\x03\x01",
        `${options}Content-Length: ${PARSE_LIMITS.bodyBytes + 1}\r\n\r\n`,
        `${options}X: ${"x\r\n ".repeat(PARSE_LIMITS.headBytes / 4)}`,
      ),
    );
    const stream = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    const cuts = fc.array(fc.nat({ max: 1000 }), { maxLength: 40 });
    fc.assert(
      fc.property(stream, cuts, (text, at) => {
        const ends = [...new Set(at)].toSorted((a, b) => a - b);
        const chunks = [...ends, text.length].map((end, index) => text.slice(ends[index - 1] ?? 0, end));
        expect(frames(...chunks)).toEqual(frames(text));
      }),
    );
  });

  it("gives the same frames when each octet comes alone", () => {
    const stream = `\r\n\r\n${message("body")}\r\n${message("")}${options}\r\n`;
    expect(frames(...stream)).toEqual(frames(stream));
  });
});
