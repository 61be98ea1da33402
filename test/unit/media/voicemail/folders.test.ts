import { sep } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Folders, fromFolderName, toFolderName } from "../../../../runtime/media/voicemail/folders.ts";

describe("names of folders", () => {
  it.each([
    ["alice", "alice"],
    ["a.b+c-d_e", "a.b+c-d_e"],
    [".", "%2E"],
    ["..", "%2E."],
    ["../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"],
    ["a\0b", "a%00b"],
    ["Ä€😀", "%C3%84%E2%82%AC%F0%9F%98%80"],
    ["2001:db8::1", "2001%3Adb8%3A%3A1"],
    ["", "%"],
    ["%2E", "%252E"],
  ])("%j is %s", (text, name) => {
    expect(toFolderName(text)).toBe(name);
    expect(fromFolderName(name)).toBe(text);
  });

  it("lead nowhere else and come back as what they were, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const name = toFolderName(text);
        expect(name).toMatch(/^[A-Za-z0-9_.+%-]+$/);
        expect([".", ".."]).not.toContain(name);
        expect(fromFolderName(name)).toBe(text);
      }),
    );
  });

  it.each(["%zz", "a b", "%2e", ".hidden"])("%j is none of ours", (name) => {
    expect(fromFolderName(name)).toBeUndefined();
  });

  it("keep every box below the folder of voicemail", () => {
    const folders = new Folders(`${sep}data`);
    const box = { domain: "..", mailbox: "../../x" };
    expect(folders.message(box, "1").audio).toBe("/data/boxes/%2E./%2E.%2F..%2Fx/messages/1.wav");
    expect(folders.greeting(box, "busy")).toBe("/data/boxes/%2E./%2E.%2F..%2Fx/greetings/busy.wav");
  });
});
