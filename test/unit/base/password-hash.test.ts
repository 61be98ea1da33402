import { scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashPassword, isPasswordHash, isPasswordOf, unmatchedHash } from "../../../runtime/base/password-hash.ts";

describe("the hash of a password", () => {
  it("is scrypt in the PHC string format, and another each time", async () => {
    const hash = await hashPassword("correct horse");
    const [, name, parameters, salt = "", derived] = hash.split("$");
    expect([name, parameters]).toEqual(["scrypt", "ln=15,r=8,p=3"]);
    const again = scryptSync("correct horse", Buffer.from(salt, "base64"), 32, {
      N: 2 ** 15,
      r: 8,
      p: 3,
      maxmem: 2 ** 26,
    });
    expect(derived).toBe(again.toString("base64").replaceAll("=", ""));
    expect(await hashPassword("correct horse")).not.toBe(hash);
  });

  it("is that of its password alone, however the letters were typed", async () => {
    const hash = await hashPassword("caf\u00e9 at noon");
    expect(await isPasswordOf(hash, "cafe\u0301 at noon")).toBe(true);
    expect(await isPasswordOf(hash, "cafe at noon")).toBe(false);
    expect(await isPasswordOf(hash, "")).toBe(false);
  });

  it("is nobody's where none was made, or it is none", async () => {
    expect(isPasswordHash(unmatchedHash())).toBe(true);
    expect(await isPasswordOf(unmatchedHash(), "")).toBe(false);
    for (const text of ["", "secret", "$scrypt$ln=20,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAA"]) {
      expect([text, isPasswordHash(text), await isPasswordOf(text, text)]).toEqual([text, false, false]);
    }
  });
});
