import { describe, expect, it } from "vitest";
import {
  kvKeySchema,
  secretValueSchema,
  variableNameSchema,
  variablesSchema,
} from "../../../runtime/contract/script-data.ts";
import { kvArgs } from "../../../runtime/contract/script-data-operations.ts";
import { parseSecretKey } from "../../../runtime/contract/secret-key.ts";

describe("A key of a script", () => {
  it.each(["a", "a/b", " ", "..a", "é".repeat(256), "\u{10FFFF}", "__proto__"])("may be %j", (key) => {
    expect(kvKeySchema.safeParse(key).success).toBe(true);
  });

  it.each(["", ".", "..", "a\u0000", "a\n", "\u007f", "\ud800", "é".repeat(257), 5, null])("is not %j", (key) => {
    expect(kvKeySchema.safeParse(key).success).toBe(false);
  });
});

describe("The name of a variable or secret", () => {
  it.each(["A", "_a1", "constructor", "A".repeat(64)])("may be %s", (name) => {
    expect(variableNameSchema.safeParse(name).success).toBe(true);
  });

  it.each(["", "1A", "A-B", "Ä", "A B", "A\n", "A".repeat(65), "__proto__"])("is not %j", (name) => {
    expect(variableNameSchema.safeParse(name).success).toBe(false);
  });

  it("is never the prototype of what is read from JSON", () => {
    const parsed = variablesSchema.safeParse(JSON.parse('{"__proto__": {"polluted": "1"}, "A": "1"}'));
    expect(parsed.success && Object.keys(parsed.data).includes("__proto__")).toBe(false);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
  });
});

describe("A secret", () => {
  it("is text of 4 characters to 16 KB", () => {
    for (const value of ["abcd", "é".repeat(8192)]) expect(secretValueSchema.safeParse(value).success).toBe(true);
    for (const value of ["abc", "é".repeat(8193), "abc\ud800", 12345]) {
      expect(secretValueSchema.safeParse(value).success).toBe(false);
    }
  });

  it("is encrypted with a key of 32 bytes, in hex or base64", () => {
    const key = Buffer.from("0123456789abcdef0123456789abcdef");
    for (const form of ["hex", "base64", "base64url"] as const) expect(parseSecretKey(key.toString(form))).toEqual(key);
    for (const text of ["", "abc", key.toString("base64").slice(1), `${key.toString("hex")} `]) {
      expect(parseSecretKey(text)).toBeUndefined();
    }
  });
});

describe("What a script gives to kv", () => {
  it.each([
    ["a value of nothing", kvArgs.set({ key: "k" }), "value: expected a value that is JSON, found nothing"],
    ["another time", kvArgs.set({ key: "k", value: 1, ttlSeconds: 0.5 }), "ttlSeconds: expected a whole number"],
    ["too long a time", kvArgs.set({ key: "k", value: 1, ttlSeconds: 315_360_001 }), "ttlSeconds: expected at most"],
    ["no key", kvArgs.get({}), "key: "],
    [
      "both at once",
      kvArgs.compareAndSet({ key: "k", expected: { value: 1, version: 1 }, value: 1 }),
      "expected: expected",
    ],
    ["too many", kvArgs.list({ limit: 101 }), "limit: expected at most 100"],
  ])("is refused with a sentence: %s", (_what, parsed, problem) => {
    expect(parsed.ok ? "" : parsed.problem).toContain(problem);
  });

  it("is completed", () => {
    expect(kvArgs.list({})).toEqual({ ok: true, value: { prefix: "", limit: 50 } });
    expect(kvArgs.set({ key: "k", value: null })).toEqual({
      ok: true,
      value: { key: "k", value: null, ifAbsent: false },
    });
    expect(kvArgs.compareAndSet({ key: "k", expected: { value: null }, value: 1 })).toMatchObject({ ok: true });
  });
});
