import { describe, expect, it } from "vitest";
import { parseUtterance } from "../../../../runtime/media/speech/utterance.ts";

describe("a text that is to be spoken", () => {
  it("becomes one line without anything that is not said", () => {
    const text = " Hello,\r\n\tAnna\u0000\u001b[31m\u200b\u202e!\ud800 \ufeff";
    expect(parseUtterance(text, {})).toEqual({
      ok: true,
      value: { text: "Hello, Anna [31m !", voice: null, language: null },
    });
  });

  it("keeps letters of every language", () => {
    expect(parseUtterance("Grüße, 世界 \u{1f600}", { language: "de-AT" })).toMatchObject({
      value: { text: "Grüße, 世界 \u{1f600}", language: "de-AT" },
    });
  });

  it.each([
    ["", "The text is empty: give at least a word."],
    ["\u0000\r\n \u200b", "The text is empty: give at least a word."],
    ["a".repeat(2_001), "The text has 2001 characters: at most 2000 are spoken at a time."],
  ])("is refused where it cannot be said (%#)", (text, message) => {
    expect(parseUtterance(text, {})).toEqual({ ok: false, problem: { type: "text", message } });
  });

  it.each(["-o/etc/passwd", "../voice", "http://example.com/v", "", "a b", "v".repeat(65), "x\0y"])(
    "is refused with the voice or language %j, which might be an option or a path to a program",
    (name) => {
      expect(parseUtterance("Hello", { voice: name })).toMatchObject({ ok: false, problem: { type: "voice" } });
      expect(parseUtterance("Hello", { language: name })).toMatchObject({ ok: false, problem: { type: "voice" } });
    },
  );
});
