import { describe, expect, it } from "vitest";
import { parseRange } from "../../../runtime/http/byte-range.ts";

describe("Range of a request (RFC 9110 §14)", () => {
  it.each([
    ["bytes=0-0", 10, { type: "part", first: 0, last: 0 }],
    ["bytes=0-", 10, { type: "part", first: 0, last: 9 }],
    ["bytes=3-7", 10, { type: "part", first: 3, last: 7 }],
    ["bytes=3-70", 10, { type: "part", first: 3, last: 9 }],
    ["bytes=-3", 10, { type: "part", first: 7, last: 9 }],
    ["bytes=-30", 10, { type: "part", first: 0, last: 9 }],
    ["BYTES= 1-2 ", 10, { type: "part", first: 1, last: 2 }],
    ["bytes=10-", 10, { type: "unsatisfiable" }],
    ["bytes=-0", 10, { type: "unsatisfiable" }],
    ["bytes=0-", 0, { type: "unsatisfiable" }],
    ["bytes=-5", 0, { type: "unsatisfiable" }],
    [undefined, 10, { type: "whole" }],
    ["bytes=-", 10, { type: "whole" }],
    ["bytes=7-3", 10, { type: "whole" }],
    ["bytes=0-1,3-4", 10, { type: "whole" }],
    ["bytes=0-9999999999999999999", 10, { type: "whole" }],
    ["lines=0-1", 10, { type: "whole" }],
    ["", 10, { type: "whole" }],
  ])("%s of %i bytes is %o", (header, size, range) => {
    expect(parseRange(header, size)).toEqual(range);
  });
});
