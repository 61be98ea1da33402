import { describe, expect, it } from "vitest";
import { parseHttpResponse } from "../../../runtime/contract/http-response.ts";

function taken(value: unknown) {
  const parsed = parseHttpResponse(value);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
}

describe("what an http handler returns", () => {
  it("is 204 where it is nothing", () => {
    expect(taken(undefined)).toEqual({ status: 204, headers: {}, body: undefined });
    expect(taken(null)).toEqual({ status: 204, headers: {}, body: undefined });
  });

  it("is text unless it says what it is", () => {
    expect(taken({ body: "yes" })).toEqual({
      status: 200,
      headers: { "Content-Type": "text/plain; charset=utf-8" },
      body: "yes",
    });
    const json = { headers: { "content-type": "application/json" }, body: "{}" };
    expect(taken(json).headers).toEqual({ "Content-Type": "application/json" });
  });

  it("has the headers that a script may set, each in one spelling", () => {
    const headers = { LOCATION: "/x/desk/2", "cache-control": "max-age=5", "Access-Control-Allow-Origin": "*" };
    expect(taken({ status: 303, headers }).headers).toEqual({
      Location: "/x/desk/2",
      "Cache-Control": "max-age=5",
      "access-control-allow-origin": "*",
    });
  });

  const refused: readonly (readonly [unknown, RegExp])[] = [
    [{ status: 199 }, /^status: /],
    [{ status: 600 }, /^status: /],
    [{ status: "200" }, /^status: expected a number/],
    [{ body: { ok: true } }, /^body: expected text/],
    [{ status: 204, body: "text" }, /^body: an answer with this status has no body/],
    [{ statusCode: 200 }, /^statusCode: unknown field/],
    [{ headers: { "Set-Cookie": "a=b" } }, /"Set-Cookie" is not a header that a script sets/],
    [{ headers: { "Content-Security-Policy": "default-src *" } }, /is not a header that a script sets/],
    [{ headers: { "X-Accel-Redirect": "/etc/passwd" } }, /is not a header that a script sets/],
    [{ headers: { "Content-Length": "5" } }, /is not a header that a script sets/],
    [{ headers: { "Content-Typ": "text/html" } }, /did you mean "Content-Type"/],
    [{ headers: { Location: "/a\r\nSet-Cookie: a=b" } }, /has no line break/],
    [{ headers: { Location: "/ü" } }, /nothing but ASCII/],
    [{ headers: { location: "/a", Location: "/b" } }, /"Location" is there twice/],
    [{ headers: { Vary: "x".repeat(5_000) } }, /at most 4096/],
    [{ body: "x".repeat(70_000) }, /^body: expected at most 65536/],
    ["hello", /expected an object, found text "hello"/],
    [[], /expected an object, found a list/],
  ];

  it.each(refused.map(([value, problem], index) => [index + 1, problem, value] as const))(
    "is refused, case %i: %s",
    (_index, problem, value) => {
      const parsed = parseHttpResponse(value);
      if (parsed.ok) throw new Error("It was taken");
      expect(parsed.problem).toMatch(problem);
    },
  );
});
