import { describe, expect, it } from "vitest";
import { formatMail } from "../../../../runtime/media/voicemail/mail/mail-text.ts";
import type { MailboxMessage } from "../../../../runtime/port/mailbox.ts";

function message(over: Partial<MailboxMessage> = {}): MailboxMessage {
  return {
    id: "m1",
    domain: "example.com",
    mailbox: "alice",
    folder: "new",
    receivedAt: "2026-01-01T10:05:00.000Z",
    seconds: 42.4,
    from: "sip:+4930123456@example.com;user=phone",
    fromName: "Bob Öz",
    callId: "c1",
    transcript: null,
    ...over,
  };
}

describe("the mail of a message", () => {
  it("says who, when and how long", () => {
    expect(formatMail(message(), "Europe/Berlin")).toEqual({
      subject: "Voicemail from Bob Öz (+4930123456), 0:42",
      text: [
        "Bob Öz (+4930123456) has left a voicemail message for alice.",
        "",
        "When:   Thursday, 1 January 2026 at 11:05 CET",
        "From:   Bob Öz (+4930123456)",
        "Length: 0:42",
        "",
        "The recording is attached. It stays in the mailbox until it is deleted there.",
        "",
      ].join("\n"),
      attachment: "voicemail-20260101T100500.wav",
    });
  });

  it("has what was said, where that is known", () => {
    expect(formatMail(message({ transcript: "Please call back." })).text).toContain(
      "What was said:\n\nPlease call back.\n\nThe recording",
    );
  });

  it.each([
    ["sip:bob@example.com", "Bob", "Bob (bob@example.com)"],
    ["sips:bob@example.com:5061;transport=tls", "", "bob@example.com"],
    ["tel:+15551234;phone-context=x", "", "+15551234"],
    ["sip:101@example.com", "101", "101"],
    ["", "", "Somebody"],
    ["", "Bob", "Bob"],
    ["sip:a\r\nBcc: x@y", "\u202eevil\u0000\n", "evil (a Bcc: x@y)"],
    ["sip:x@y", "n".repeat(1000), `${"n".repeat(64)}… (x@y)`],
  ])("calls %j with the name %j: %s", (from, fromName, caller) => {
    const { subject, text } = formatMail(message({ from, fromName }));
    expect(subject).toBe(`Voicemail from ${caller}, 0:42`);
    expect(text.split("\n")[3]).toBe(`From:   ${caller}`);
  });

  it.each([
    [0.4, "0:01"],
    [59.6, "1:00"],
    [725, "12:05"],
  ])("writes %d seconds as %s", (seconds, length) => {
    expect(formatMail(message({ seconds })).subject).toContain(`, ${length}`);
  });
});
