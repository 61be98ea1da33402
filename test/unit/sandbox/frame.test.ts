import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameBatch, FrameReader, toAscii } from "../../../runtime/sandbox/frame.ts";

function frames(...bodies: string[]): Buffer {
  const batch = new FrameBatch(8);
  for (const body of bodies) {
    const start = batch.open(body.length);
    batch.buffer.write(body, start, "latin1");
  }
  return Buffer.from(batch.take());
}

describe("frames between switch and host", () => {
  it("come out the same however the bytes were split", () => {
    const bodies = fc.array(fc.stringMatching(/^[a-z]{1,40}$/), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(bodies, fc.array(fc.nat(60), { maxLength: 20 }), (sent, cuts) => {
        const bytes = frames(...sent);
        const seen: string[] = [];
        const reader = new FrameReader(100, (buffer, start, end) => seen.push(buffer.toString("latin1", start, end)));
        let offset = 0;
        for (const cut of [...cuts, bytes.length]) {
          expect(reader.push(bytes.subarray(offset, offset + cut))).toBe(true);
          offset = Math.min(bytes.length, offset + cut);
        }
        expect(seen).toEqual(sent);
      }),
    );
  });

  it("longer than the limit, or empty, are refused, split or whole", () => {
    const long = frames("x".repeat(101));
    const reader = () => new FrameReader(100, () => {});
    expect(reader().push(long)).toBe(false);
    const split = reader();
    expect(split.push(long.subarray(0, 2))).toBe(true);
    expect(split.push(long.subarray(2))).toBe(false);
    expect(reader().push(Buffer.alloc(4))).toBe(false);
  });

  it("keep their bytes while the next batch is filled", () => {
    const batch = new FrameBatch(64);
    batch.buffer.write("one", batch.open(3), "latin1");
    const held = batch.take();
    expect(batch.length).toBe(0);
    batch.buffer.write("two", batch.open(3), "latin1");
    expect(held.toString("latin1", 4)).toBe("one");
    expect(batch.take().toString("latin1", 4)).toBe("two");
  });
});

describe("JSON in ASCII", () => {
  it("means the same as before", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(0xffff)), (units) => {
        const text = String.fromCharCode(...units);
        const json = JSON.stringify({ [text]: text });
        const ascii = toAscii(json);
        expect(ascii).toMatch(/^[\x00-\x7f]*$/);
        expect(JSON.parse(ascii)).toEqual(JSON.parse(json));
      }),
    );
  });
});
