import { describe, expect, it } from "vitest";
import { parseWith } from "../../../runtime/contract/issue.ts";
import { routeSchema } from "../../../runtime/contract/route.ts";

function issuesOf(value: unknown) {
  const parsed = parseWith(routeSchema, value);
  return parsed.ok ? [] : parsed.problem.map(({ path, message }) => `${path}: ${message}`);
}

describe("the schema of routes", () => {
  it("takes a route with everything", () => {
    const route = {
      name: "front",
      method: "INVITE",
      to: "1XX",
      from: "+49*",
      domain: "example.com",
      trunk: "carrier",
      source: "192.0.2.0/24",
      script: "front-desk",
      fallback: [{ type: "forward", targets: ["alice"] }],
      public: true,
    };
    expect(parseWith(routeSchema, route)).toEqual({ ok: true, value: route });
  });

  it("needs a name and a script", () => {
    expect(issuesOf({})).toEqual(["name: expected text, found nothing", "script: expected text, found nothing"]);
  });

  it("tells every problem with its path", () => {
    const route = {
      name: "a b",
      method: "invite",
      to: "1*2",
      from: 49,
      source: "192.0.2.0/33",
      scrpt: "x",
      script: "x",
      fallback: [{ type: "reject", code: 200 }],
    };
    expect(issuesOf(route).sort()).toEqual([
      "fallback[0].code: expected at least 400, found the number 200",
      "from: expected text, found the number 49; write it in quotes",
      expect.stringMatching(/^method: expected "INVITE" or .*, found text "invite"$/),
      'name: expected a name of 1 to 64 letters, digits, dots and dashes, found text "a b"',
      'scrpt: unknown field "scrpt", did you mean "script"?',
      'source: expected an address or a network such as 192.0.2.0/24, found text "192.0.2.0/33"',
      'to: "*" stands for the rest and must be last; write "\\*" for the key',
    ]);
  });
});
