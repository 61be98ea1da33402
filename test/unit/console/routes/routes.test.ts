import { describe, expect, it } from "vitest";
import { matchParts, whyPassed } from "../../../../runtime/console/pages/routes/match-words.ts";
import { movable, moved } from "../../../../runtime/console/pages/routes/order.ts";
import { routeOf } from "../../../../runtime/console/pages/routes/route-form.ts";
import type { RouteBody } from "../../../../runtime/contract/resource-api.ts";

const route = (name: string, managed: boolean): RouteBody => {
  return { name, position: 1, managed, match: {}, script: "main", fallback: [], public: false };
};

describe("The order of routes", () => {
  it("is of those that the configuration does not declare", () => {
    expect(movable([route("first", true), route("a", false), route("b", false)])).toEqual(["a", "b"]);
  });

  it.each([
    ["a", 1, ["b", "a", "c"]],
    ["c", 0, ["c", "a", "b"]],
    ["a", 9, ["b", "c", "a"]],
    ["a", -1, ["a", "b", "c"]],
  ])("has %s at place %i once it is moved there", (name, index, order) => {
    expect(moved(["a", "b", "c"], name, index)).toEqual(order);
  });
});

describe("What a route matches", () => {
  it("is said field by field, the number first, and nothing of it is invisible", () => {
    expect(matchParts({ source: "192.0.2.0/24", to: "0*" })).toEqual([
      { words: "to", value: "0*" },
      { words: "from network", value: "192.0.2.0/24" },
    ]);
    expect(matchParts({ to: "1\u202e2" })[0]?.value).toBe("1‹U+202E›2");
  });

  it("is set against what the call has, where a route let it pass", () => {
    const call = { to: "100", from: "", source: "", trunk: "" };
    expect(whyPassed("to", { to: "0*" }, call)).toBe("only to 0*, and the number called is 100");
    expect(whyPassed("trunk", { trunk: "carrier" }, call)).toBe("only by trunk carrier, and none is given");
  });
});

describe("The form of a route", () => {
  const form = (fields: Record<string, string>) => {
    const data = new FormData();
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };

  it("leaves out what is left empty", () => {
    expect(routeOf(form({ name: "front", to: " 100 ", from: "", script: "main" }), [])).toEqual({
      name: "front",
      to: "100",
      script: "main",
    });
  });

  it("has the fallback, and that it is for everybody, where they are given", () => {
    const fallback = [{ type: "reject", code: 480 }];
    expect(routeOf(form({ name: "", script: "main", public: "on" }), fallback)).toMatchObject({
      fallback,
      public: true,
    });
  });
});
