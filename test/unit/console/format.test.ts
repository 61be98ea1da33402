import { describe, expect, it } from "vitest";
import { partyText } from "../../../runtime/console/calls/party.ts";
import { bytesText, durationText, millisecondsText, timeText } from "../../../runtime/console/components/format.ts";

describe("What the console writes for people", () => {
  it.each([
    [-1, "0:00"],
    [5.9, "0:05"],
    [245, "4:05"],
    [3723, "1:02:03"],
  ])("%d seconds are %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [0.85, "850 µs"],
    [1.234, "1.2 ms"],
    [12.3, "12 ms"],
    [1500, "1.5 s"],
  ])("%d ms are %s", (ms, text) => {
    expect(millisecondsText(ms)).toBe(text);
  });

  it.each([
    [512, "512 B"],
    [1500, "1.5 kB"],
    [2_000_000, "2 MB"],
    [123_456_789, "123 MB"],
  ])("%d bytes are %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    ["2026-03-05T14:03:09Z", "14:03:09"],
    ["2026-03-03T14:03:09Z", "3 Mar 14:03"],
    ["2025-03-03T14:03:09Z", "3 Mar 2025 14:03"],
    ["no time", "no time"],
  ])("%s is %s on 5 March 2026", (iso, text) => {
    expect(timeText(iso, new Date("2026-03-05T20:00:00Z"), "UTC")).toBe(text);
  });

  it.each([
    ["sip:alice@example.com", "alice"],
    ["sip:alice@EXAMPLE.com;user=phone", "alice"],
    ["sips:desk@203.0.113.5:5061", "desk@203.0.113.5:5061"],
    ["tel:+4930123456", "+4930123456"],
    ["alice", "alice"],
  ])("the party %s of a call of example.com is %s", (uri, text) => {
    expect(partyText(uri, "example.com")).toBe(text);
  });
});
