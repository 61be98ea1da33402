import { describe, expect, it } from "vitest";
import { visibleLine, visibleText } from "../../../../runtime/console/components/visible-text.ts";
import { ladderOf } from "../../../../runtime/console/pages/call/ladder/ladder-model.ts";
import { layoutOf } from "../../../../runtime/console/pages/call/ladder/layout.ts";
import { svgDocument } from "../../../../runtime/console/pages/call/ladder/svg-document.ts";
import { TimelineBuilder } from "./timeline-builder.ts";

const HOSTILE = '<img src=x onerror="alert(1)">&\'\u0000\u001b[31m\u202e\ud800';

function documentOf(builder: TimelineBuilder, heading = "alice → 700"): string {
  const { lanes, entries } = ladderOf(builder.timeline({ from: `sip:${HOSTILE}@example.test` }), 0);
  return svgDocument(layoutOf(lanes, entries, 900), heading);
}

describe("A ladder as a file of its own", () => {
  const drawing = documentOf(
    new TimelineBuilder()
      .in("caller", "INVITE", { fields: [`User-Agent: ${HOSTILE}`] })
      .note({ type: "console", event: 1, level: "log", text: HOSTILE })
      .out("caller", `486 ${HOSTILE}`, { ms: 9000 }),
    HOSTILE,
  );

  it("has each message, each note and each break, and its own styles", () => {
    expect(drawing).toContain('<svg xmlns="http://www.w3.org/2000/svg"');
    expect(drawing).toContain("INVITE");
    expect(drawing).toContain("console log");
    expect(drawing).toContain("9.0 s without anything");
    expect(drawing).toContain("<style>");
    expect(drawing).not.toMatch(/var\(--|href|<image|<script/);
  });

  it("has what comes from the wire as text", () => {
    expect(drawing).not.toContain("<img");
    expect(drawing).toContain("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;&#39;");
  });

  it("has no character that XML forbids, and none that turns text around", () => {
    expect(drawing).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e\ufffe\uffff]/);
    expect(drawing.isWellFormed()).toBe(true);
    expect(drawing).toContain("␀␛[31m‹U+202E›‹U+D800›");
  });
});

describe("Text that can be looked at", () => {
  it("shows what has no shape, and leaves letters, tabs and lines as they are", () => {
    expect(visibleText("Zoë\t名前 😀\r\nnext\u0007\u007f\u200b")).toBe("Zoë\t名前 😀\nnext␇␡‹U+200B›");
    expect(visibleLine("a\r\n\tb")).toBe("a b");
  });
});
