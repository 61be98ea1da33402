import { describe, expect, it } from "vitest";
import { withoutTag } from "../../../../runtime/sip/dialog/dialog.ts";

describe("A From or To without its tag", () => {
  it.each([
    ["<sip:a@b>", "<sip:a@b>"],
    ["<sip:a@b>;tag=1", "<sip:a@b>"],
    ['"A;tag=x" <sip:a@b;tag=y>;tag=1', '"A;tag=x" <sip:a@b;tag=y>'],
    ["sip:a@b;tag=1", "sip:a@b"],
    ["<sip:a@b>;x=1;TAG=1;y", "<sip:a@b>;x=1;y"],
    ["<sip:a@b> ; tag = 1", "<sip:a@b>"],
    ["<sip:a@b>;tag", "<sip:a@b>"],
    ["<sip:a@b>;tag=;tag=1", "<sip:a@b>"],
    ['<sip:a@b>;tag=1;x=">"', '<sip:a@b>;x=">"'],
    ['<sip:a@b>;x=";tag=2;>";tag=1', '<sip:a@b>;x=";tag=2;>"'],
  ])("%s is %s", (text, expected) => {
    expect(withoutTag(text)).toBe(expected);
  });
});
