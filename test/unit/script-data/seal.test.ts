import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { keyIdOf, seal, unseal } from "../../../runtime/script-data/seal.ts";

const OF = { domain: "example.com", script: "desk" };
const key = randomBytes(32);

describe("A sealed secret", () => {
  it("opens to what it was, whatever characters it has", () => {
    for (const value of ["hunter22", "日本 \u{1F600} é", "-----BEGIN KEY-----\nabc\n", "x".repeat(16_384)]) {
      expect(unseal(key, OF, "KEY", seal(key, OF, "KEY", value))).toBe(value);
    }
  });

  it("is another text each time, and holds nothing of the value", () => {
    const one = seal(key, OF, "KEY", "hunter22hunter22");
    const other = seal(key, OF, "KEY", "hunter22hunter22");
    expect(one.nonce).not.toBe(other.nonce);
    expect(one.sealed).not.toBe(other.sealed);
    expect(Buffer.from(one.sealed, "base64").toString("latin1")).not.toContain("hunter22");
  });

  it.each([
    ["another domain", { domain: "example.org", script: "desk" }, "KEY"],
    ["another script", { domain: "example.com", script: "menu" }, "KEY"],
    ["another name", OF, "PIN"],
    ["a place that is written alike", { domain: "example.com/desk", script: "KEY" }, ""],
  ])("does not open in %s", (_what, of, name) => {
    expect(unseal(key, of, name, seal(key, OF, "KEY", "hunter22"))).toBeUndefined();
  });

  it("does not open with another key, or when a bit of it was changed", () => {
    const sealed = seal(key, OF, "KEY", "hunter22");
    expect(unseal(randomBytes(32), OF, "KEY", sealed)).toBeUndefined();
    for (const field of ["nonce", "sealed"] as const) {
      const bytes = Buffer.from(sealed[field], "base64");
      for (const at of [0, bytes.length - 1]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ 1;
        expect(unseal(key, OF, "KEY", { ...sealed, [field]: changed.toString("base64") })).toBeUndefined();
      }
    }
    for (const cut of ["", "AAAA"]) expect(unseal(key, OF, "KEY", { ...sealed, sealed: cut })).toBeUndefined();
    expect(unseal(key, OF, "KEY", { ...sealed, nonce: "" })).toBeUndefined();
  });

  it("names its key without telling it", () => {
    expect(keyIdOf(key)).toMatch(/^[0-9a-f]{12}$/);
    expect(keyIdOf(key)).not.toBe(keyIdOf(randomBytes(32)));
    expect(key.toString("hex")).not.toContain(keyIdOf(key));
  });
});
