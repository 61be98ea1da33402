import { describe, expect, it } from "vitest";
import { DigestClient } from "../../../../runtime/sip/auth/answer.ts";
import { digestResponse, hashCredentials } from "../../../../runtime/sip/auth/digest.ts";
import { parseAuth } from "../../../../runtime/sip/message/header/auth.ts";

const INVITE = { method: "INVITE", uri: "sip:bob@example.com", body: "v=0\r\n" };

function createClient(password = "secret") {
  let count = 0;
  return new DigestClient({ username: "alice", password, cnonce: () => `cnonce${++count}` });
}

function paramsOf(value: string | undefined): Record<string, string> {
  return Object.fromEntries(parseAuth(value ?? "")?.params ?? []);
}

describe("answers to challenges (RFC 3261 §22.2)", () => {
  it("carry what RFC 7616 §3.4 asks for", () => {
    const challenge = 'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth-int,auth", opaque="o"';
    const ha1 = hashCredentials("SHA-256", "alice", "r", "secret");
    expect(paramsOf(createClient().answer([challenge], INVITE))).toEqual({
      username: "alice",
      realm: "r",
      nonce: "n",
      uri: "sip:bob@example.com",
      response: digestResponse(ha1, {
        algorithm: "SHA-256",
        method: "INVITE",
        uri: "sip:bob@example.com",
        nonce: "n",
        qop: "auth",
        nc: "00000001",
        cnonce: "cnonce1",
      }),
      algorithm: "SHA-256",
      cnonce: "cnonce1",
      opaque: "o",
      qop: "auth",
      nc: "00000001",
    });
  });

  it("protect the body where nothing else is offered", () => {
    const value = createClient().answer(['Digest realm="r", nonce="n", qop="auth-int"'], INVITE);
    const ha1 = hashCredentials("MD5", "alice", "r", "secret");
    const { response, qop, algorithm } = paramsOf(value);
    expect({ qop, algorithm }).toEqual({ qop: "auth-int", algorithm: undefined });
    const input = { algorithm: "MD5", ...INVITE, nonce: "n", nc: "00000001", cnonce: "cnonce1" } as const;
    expect(response).toBe(digestResponse(ha1, { ...input, qop: "auth-int" }));
  });

  it("have neither cnonce nor nc where the server knows no qop", () => {
    const value = createClient().answer(['Digest realm="r", nonce="n"'], INVITE);
    expect(Object.keys(paramsOf(value)).sort()).toEqual(["nonce", "realm", "response", "uri", "username"]);
  });

  it("write no quotes around algorithm, qop and nc", () => {
    const value = createClient().answer(['Digest realm="r", nonce="n", qop="auth", algorithm="MD5"'], INVITE);
    expect(value).toContain("algorithm=MD5");
    expect(value).toContain("qop=auth");
    expect(value).toContain("nc=00000001");
  });

  it("take the first challenge that is supported", () => {
    const challenges = [
      'Basic realm="r"',
      'Digest realm="r", nonce="1", algorithm=AKAv1-MD5, qop="auth"',
      'Digest realm="r", nonce="2", algorithm=MD5, qop="x"',
      'Digest realm="r", nonce="3", algorithm=SHA-256, qop="auth"',
      'Digest realm="r", nonce="4", algorithm=MD5, qop="auth"',
    ];
    expect(paramsOf(createClient().answer(challenges, INVITE))).toMatchObject({ nonce: "3", algorithm: "SHA-256" });
    expect(createClient().answer(challenges.slice(0, 3), INVITE)).toBeUndefined();
    expect(createClient().answer(["", 'Digest realm="r"', 'Digest nonce="'], INVITE)).toBeUndefined();
  });

  it("do not go round in circles with a wrong password", () => {
    const client = createClient("wrong");
    const first = client.answer(['Digest realm="r", nonce="1", qop="auth"'], INVITE);
    expect(first).toBeDefined();
    expect(client.answer(['Digest realm="r", nonce="1", qop="auth"'], INVITE, first)).toBeUndefined();
    expect(client.answer(['Digest realm="r", nonce="2", qop="auth"'], INVITE, first)).toBeUndefined();
  });

  it("try once more where the nonce was stale, but not for ever", () => {
    const client = createClient();
    const first = client.answer(['Digest realm="r", nonce="1", qop="auth"'], INVITE);
    const second = client.answer(['Digest realm="r", nonce="2", qop="auth", stale=TRUE'], INVITE, first);
    expect(paramsOf(second)).toMatchObject({ nonce: "2", nc: "00000001" });
    expect(client.answer(['Digest realm="r", nonce="3", qop="auth", stale=true'], INVITE, second)).toBeUndefined();
  });

  it("serve the next requests too, with a rising count", () => {
    const client = createClient();
    expect(client.again("r", INVITE)).toBeUndefined();
    client.answer(['Digest realm="r", nonce="1", qop="auth"'], INVITE);
    expect(paramsOf(client.again("r", INVITE))).toMatchObject({ nonce: "1", nc: "00000002" });
    const third = client.again("r", INVITE);
    expect(paramsOf(third)).toMatchObject({ nonce: "1", nc: "00000003", cnonce: "cnonce3" });
    // A nonce that has worked may be replaced without a word about it being stale.
    expect(paramsOf(client.answer(['Digest realm="r", nonce="2", qop="auth"'], INVITE, third))).toMatchObject({
      nonce: "2",
      nc: "00000001",
    });
  });

  it("quote what the server and the user are called", () => {
    const client = new DigestClient({ username: 'al"ice', password: "x" });
    expect(paramsOf(client.answer(['Digest realm="a\\"b", nonce="n"'], INVITE))).toMatchObject({
      username: 'al"ice',
      realm: 'a"b',
    });
  });
});
