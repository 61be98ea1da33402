import { describe, expect, it } from "vitest";
import { checkHeaders } from "../../../runtime/fetch/request-headers.ts";

describe("The headers of a request", () => {
  it("are the script's, beside what the switch says where the script says nothing", () => {
    expect(checkHeaders([["X-One", "1"]])).toEqual({
      ok: true,
      value: { accept: ["*/*"], "user-agent": ["Strowger"], "accept-encoding": ["gzip, br"], "x-one": ["1"] },
    });
    expect(
      checkHeaders([
        ["User-Agent", "mine"],
        ["x-a", "1"],
        ["X-A", "2"],
      ]),
    ).toMatchObject({ value: { "user-agent": ["mine"], "x-a": ["1", "2"] } });
  });

  it.each([
    "Host",
    "content-length",
    "Transfer-Encoding",
    "Connection",
    "keep-alive",
    "Upgrade",
    "TE",
    "Trailer",
    "Expect",
    "Proxy-Authorization",
    "proxy-connection",
    "Accept-Encoding",
    "HTTP2-Settings",
  ])("leave %s to the switch", (name) => {
    expect(checkHeaders([[name, "x"]])).toMatchObject({ problem: { code: "invalid-arguments" } });
  });

  it.each([
    ["x-a", "1\r\nHost: evil"],
    ["x-a", "1\nb: 2"],
    ["x-a", "1\0"],
    ["x-a", "€"],
    ["x-a\r\nb", "1"],
    ["x a", "1"],
    ["x:a", "1"],
    ["", "1"],
    ["ä", "1"],
  ])("hold no line of their own: %j %j", (name, value) => {
    expect(checkHeaders([[name, value]])).toMatchObject({ problem: { code: "invalid-arguments" } });
  });

  it("are bounded in number and size", () => {
    const many = Array.from({ length: 65 }, (_, index) => [`x-${index}`, "1"] as const);
    expect(checkHeaders(many)).toMatchObject({ problem: { code: "too-large" } });
    expect(checkHeaders(many.slice(1))).toMatchObject({ ok: true });
    expect(checkHeaders([["x-a", "1".repeat(17_000)]])).toMatchObject({ problem: { code: "too-large" } });
  });
});
