import { describe, expect, it } from "vitest";
import { changeLine, endLine, wholeLine } from "../../../runtime/recovery/entry-line.ts";
import { encodeFrame } from "../../../runtime/recovery/frame.ts";
import { FORMAT_LINE, readCalls } from "../../../runtime/recovery/read-calls.ts";

const file = (...lines: readonly string[]) => Buffer.from(encodeFrame([FORMAT_LINE, ...lines]));

describe("Reading the journal of calls", () => {
  it("gives what was written last of each call that has not ended, over all files", () => {
    const files = [
      file(wholeLine("1", { h: 1 }, { t: 1, u: 1 }), wholeLine("2", { h: 2 }, { t: 1 }), changeLine("1", { u: 2 })),
      file(endLine("2"), changeLine("1", { t: 3 }), wholeLine("3", { h: 3 }, { t: 1 })),
      file(wholeLine("3", { h: 4 }, { t: 9 })),
    ];
    expect(readCalls(files)).toEqual({
      calls: [
        { id: "1", head: { h: 1 }, tail: { t: 3, u: 2 } },
        { id: "3", head: { h: 4 }, tail: { t: 9 } },
      ],
      damagedBytes: 0,
      foreignFiles: 0,
    });
  });

  it("passes over what is no call: changes without a whole, other lines, names that are none", () => {
    const odd = ['{"id":"../x","tail":{}}', "{}", "", '{"id":"5","other":1}', '{"id":"6","head":{,"tail":{}}'];
    expect(readCalls([file(changeLine("4", {}), endLine("9"), ...odd)]).calls).toEqual([]);
  });

  it("leaves files of another version alone, and says how many", () => {
    const other = Buffer.from(encodeFrame(['{"format":3}', wholeLine("1", {}, {})]));
    expect(readCalls([other, file(wholeLine("2", {}, {}))])).toMatchObject({
      calls: [{ id: "2" }],
      foreignFiles: 1,
    });
  });
});
