import { describe, expect, it } from "vitest";
import { orderByWeight } from "../../../runtime/base/weighted-order.ts";

function item(name: string, priority = 0, weight = 0) {
  return { name, priority, weight };
}

describe("the order by priority and weight (RFC 2782)", () => {
  it("puts lower priorities first and draws by weight within one", () => {
    const items = [item("c", 20), item("light", 10, 1), item("heavy", 10, 3)];
    const names = (lot: number) => orderByWeight(items, () => lot).map(({ name }) => name);
    expect(names(0.1)).toEqual(["light", "heavy", "c"]);
    expect(names(0.3)).toEqual(["heavy", "light", "c"]);
  });

  it("gives each its share of the first places", () => {
    const items = [item("light", 0, 1), item("heavy", 0, 3)];
    const draws = Array.from({ length: 100 }, (_, index) => orderByWeight(items, () => (index + 0.5) / 100)[0]?.name);
    expect(draws.filter((name) => name === "heavy")).toHaveLength(75);
  });

  it("spreads those without weights evenly", () => {
    const items = [item("a"), item("b"), item("c"), item("d")];
    expect([0.1, 0.3, 0.6, 0.9].map((lot) => orderByWeight(items, () => lot)[0]?.name)).toEqual(["a", "b", "c", "d"]);
  });
});
