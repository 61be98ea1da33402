import { describe, expect, it } from "vitest";
import type { Route } from "../../../../runtime/contract/route.ts";
import { type RouteRequest, RouteTable } from "../../../../runtime/switch/routes/table.ts";

const CALL: RouteRequest = {
  method: "INVITE",
  to: "100",
  from: "alice",
  domain: "example.com",
  source: "192.0.2.4",
};

function taken(match: Partial<Route>, request: Partial<RouteRequest> = {}): boolean {
  return new RouteTable([{ name: "r", script: "s", ...match }]).match({ ...CALL, ...request }) !== undefined;
}

describe("the table of routes", () => {
  it("gives the first route that fits", () => {
    const table = new RouteTable([
      { name: "emergency", to: "11[02]", script: "a" },
      { name: "internal", to: "1XX", script: "b" },
      { name: "hundred", to: "100", script: "c" },
    ]);
    expect(table.match({ ...CALL, to: "112" })?.name).toBe("emergency");
    expect(table.match({ ...CALL, to: "100" })?.name).toBe("internal");
    expect(table.match({ ...CALL, to: "200" })).toBeUndefined();
  });

  it("tells what has kept the routes before it from taking a request", () => {
    const table = new RouteTable([
      { name: "emergency", to: "11[02]", script: "a" },
      { name: "carrier", trunk: "carrier", to: "1XX", script: "b" },
      { name: "office", to: "1XX", source: "198.51.100.0/24", script: "c" },
      { name: "hundred", to: "100", script: "d" },
      { name: "rest", script: "e" },
    ]);
    const before = [
      { name: "emergency", field: "to" },
      { name: "carrier", field: "trunk" },
      { name: "office", field: "source" },
    ];
    expect(table.passedBy(CALL)).toEqual(before);
    expect(table.passedBy({ ...CALL, trunk: "carrier" })).toEqual(before.slice(0, 1));
    expect(new RouteTable([{ name: "bob", from: "bob", script: "a" }]).passedBy(CALL)).toEqual([
      { name: "bob", field: "from" },
    ]);
  });

  it("tells whether it has no route", () => {
    expect(new RouteTable([]).isEmpty).toBe(true);
    expect(new RouteTable([]).match(CALL)).toBeUndefined();
    expect(new RouteTable([{ name: "r", script: "s" }]).isEmpty).toBe(false);
  });

  it.each<[string, Partial<Route>, Partial<RouteRequest>, boolean]>([
    ["nothing to match", {}, {}, true],
    ["the method", { method: "INVITE" }, {}, true],
    ["another method", { method: "MESSAGE" }, {}, false],
    ["the called user", { to: "1XX" }, {}, true],
    ["another called user", { to: "2XX" }, {}, false],
    ["the caller", { from: "al*" }, {}, true],
    ["another caller", { from: "bob" }, {}, false],
    ["the domain in any case", { domain: "Example.COM" }, {}, true],
    ["another domain", { domain: "example.net" }, {}, false],
    ["the network", { source: "192.0.2.0/24" }, {}, true],
    ["another network", { source: "192.0.3.0/24" }, {}, false],
    ["an IPv6 network", { source: "2001:db8::/32" }, { source: "2001:db8::4" }, true],
    ["an IPv4 network for an IPv6 source", { source: "192.0.2.0/24" }, { source: "2001:db8::4" }, false],
    ["the trunk", { trunk: "carrier" }, { trunk: "carrier" }, true],
    ["a trunk where the call came by none", { trunk: "carrier" }, {}, false],
    ["one of two that does not fit", { to: "100", from: "bob" }, {}, false],
    ["a called user who is too long", { to: "*" }, { to: "1".repeat(129) }, false],
  ])("knows whether a route takes a call: %s", (_, match, request, expected) => {
    expect(taken(match, request)).toBe(expected);
  });
});
