import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { paginate, sortable } from "../../../runtime/http/page.ts";

describe("pages of a list", () => {
  it("together show each item once, in the order of the keys", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat()), fc.integer({ min: 1, max: 7 }), (items, limit) => {
        const seen: number[] = [];
        let cursor: string | undefined;
        for (;;) {
          const page = paginate(items, { limit, cursor }, sortable);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          if (page.next === null) break;
          cursor = page.next;
        }
        expect(seen).toEqual(items.toSorted((a, b) => a - b));
      }),
    );
  });

  it("go on where they were when the last item seen has gone", () => {
    const first = paginate(["a", "b", "c", "d"], { limit: 2 }, (item) => item);
    expect(paginate(["a", "c", "d"], { limit: 2, cursor: first.next ?? "" }, (item) => item).items).toEqual(["c", "d"]);
  });

  it("refuse a cursor that none of them gave", () => {
    expect(() => paginate([], { limit: 1, cursor: "a+b/" }, String)).toThrow("not one of ours");
  });
});
