import { describe, expect, it } from "vitest";
import { formatAuth, parseAuth } from "../../../../../runtime/sip/message/header/auth.ts";

describe("challenges and credentials (RFC 7616)", () => {
  it("reads a scheme and its parameters", () => {
    const auth = parseAuth('Digest  Realm="a, \\"b\\"" ,nonce = "n==", qop=auth,nc=00000001, uri="sip:a@b;c=d"');
    expect(auth?.scheme).toBe("Digest");
    expect(Object.fromEntries(auth?.params ?? [])).toEqual({
      realm: 'a, "b"',
      nonce: "n==",
      qop: "auth",
      nc: "00000001",
      uri: "sip:a@b;c=d",
    });
  });

  it.each([
    "",
    "Digest",
    "Digest ",
    "Basic dXNlcg==",
    'Digest realm="x',
    "Digest realm",
    "Digest a=b c=d",
    "Digest a=1, A=2",
    "Digest a=",
    'Digest "a"=b',
  ])("does not read %j", (text) => expect(parseAuth(text)).toBeUndefined());

  it("writes qop quoted in a challenge and bare in credentials", () => {
    const challenge = new Map([
      ["realm", 'a"b'],
      ["nonce", "n"],
      ["algorithm", "SHA-256"],
      ["qop", "auth,auth-int"],
      ["stale", "true"],
    ]);
    expect(formatAuth({ scheme: "Digest", params: challenge })).toBe(
      'Digest realm="a\\"b", nonce="n", algorithm=SHA-256, qop="auth,auth-int", stale=true',
    );
    const credentials = new Map([
      ["username", "u"],
      ["response", "00"],
      ["qop", "auth"],
      ["nc", "00000001"],
      ["algorithm", "x y"],
    ]);
    expect(formatAuth({ scheme: "Digest", params: credentials })).toBe(
      'Digest username="u", response="00", qop=auth, nc=00000001, algorithm="x y"',
    );
    expect(() => formatAuth({ scheme: "Digest", params: new Map([["a b", "c"]]) })).toThrow("Not a parameter name");
  });
});
