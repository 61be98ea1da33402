import { describe, expect, it } from "vitest";
import { fingerprint } from "../../../runtime/deploy/fingerprint.ts";

describe("fingerprint of a version", () => {
  it("does not depend on the order of the files", () => {
    expect(fingerprint("a.ts", { "a.ts": "1", "b.ts": "2" })).toBe(fingerprint("a.ts", { "b.ts": "2", "a.ts": "1" }));
    expect(fingerprint("a.ts", { "a.ts": "1" })).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ["another text", "a.ts", { "a.ts": "1", "b.ts": "3" }],
    ["another path", "a.ts", { "a.ts": "1", "c.ts": "2" }],
    ["another entry", "b.ts", { "a.ts": "1", "b.ts": "2" }],
    ["text moved between files", "a.ts", { "a.ts": "12", "b.ts": "" }],
  ])("differs for %s", (_, entry, files) => {
    expect(fingerprint(entry, files)).not.toBe(fingerprint("a.ts", { "a.ts": "1", "b.ts": "2" }));
  });
});
