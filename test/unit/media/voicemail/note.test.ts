import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatNote, type MessageNote, parseNote } from "../../../../runtime/media/voicemail/note.ts";

const note: MessageNote = {
  id: "m1",
  domain: "example.com",
  mailbox: "alice",
  from: "sip:bob@example.com",
  fromName: 'Bob "Ö"\n',
  callId: "c1",
  receivedAt: "2026-01-01T00:00:00.000Z",
  transcript: null,
};

describe("the note of a message", () => {
  it("is read as it was written", () => {
    expect(parseNote(formatNote(note))).toEqual(note);
    expect(parseNote(formatNote({ ...note, transcript: "Hello." }))?.transcript).toBe("Hello.");
  });

  it.each([
    ["empty", ""],
    ["cut off", formatNote(note).slice(0, 60)],
    ["of another kind", "[1, 2]"],
    ["null", "null"],
    ["without a field", JSON.stringify({ ...note, mailbox: undefined })],
    ["with a field of another type", JSON.stringify({ ...note, from: 5 })],
    ["with a transcript that is no text", JSON.stringify({ ...note, transcript: {} })],
  ])("is none where it is %s", (_, text) => {
    expect(parseNote(text)).toBeUndefined();
  });

  it("never throws, whatever a disk has left of it", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseNote(text)));
  });
});
