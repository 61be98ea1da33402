import { beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { DigestClient } from "../../../../runtime/sip/auth/answer.ts";
import { digestResponse, hashCredentials, hashPassword } from "../../../../runtime/sip/auth/digest.ts";
import { Authenticator, type AuthenticatorOptions } from "../../../../runtime/sip/auth/verify.ts";
import { parseAuth } from "../../../../runtime/sip/message/header/auth.ts";

const REALM = "example.com";
const REGISTER = { method: "REGISTER", uri: "sip:example.com", body: "" };
const MINUTES = 60_000;

let clock: VirtualClock;
let server: Authenticator;

function createServer(options: Partial<AuthenticatorOptions> = {}): Authenticator {
  return new Authenticator({ clock, realm: REALM, key: "key", ...options });
}

function find(user: string) {
  return user === "alice" || user === "jörg" ? hashPassword(user, REALM, "secret") : undefined;
}

/** The answer of a phone to a challenge, with some directives changed or, by `undefined`, left out. */
function credentials(challenge: string, changes: Record<string, string | undefined> = {}): string {
  const params = parseAuth(challenge)?.params ?? new Map<string, string>();
  const directives: Record<string, string | undefined> = {
    username: "alice",
    realm: REALM,
    nonce: params.get("nonce"),
    uri: REGISTER.uri,
    algorithm: params.get("algorithm"),
    qop: "auth",
    nc: "00000001",
    cnonce: "abc",
    ...changes,
  };
  const { username = "", realm = "", nonce = "", uri = "", qop, nc, cnonce } = directives;
  const algorithm = directives.algorithm === "SHA-256" ? "SHA-256" : "MD5";
  const response = digestResponse(hashCredentials(algorithm, username, realm, "secret"), {
    algorithm,
    method: "REGISTER",
    uri,
    nonce,
    ...(qop === undefined ? {} : { qop: qop === "auth-int" ? "auth-int" : "auth" }),
    ...(nc === undefined ? {} : { nc }),
    ...(cnonce === undefined ? {} : { cnonce }),
    body: "",
  });
  const fields = Object.entries({ response, ...directives }).filter(([, value]) => value !== undefined);
  return `Digest ${fields.map(([name, value]) => `${name}="${value}"`).join(", ")}`;
}

function verify(...values: string[]) {
  return server.verify(values, REGISTER, find);
}

beforeEach(() => {
  clock = new VirtualClock();
  server = createServer();
});

describe("challenges (RFC 8760 §2)", () => {
  it("come one per algorithm, SHA-256 first, with realm, nonce, qop and algorithm", () => {
    const challenges = server.challenge().map((value) => parseAuth(value));
    expect(challenges.map((challenge) => challenge?.params.get("algorithm"))).toEqual(["SHA-256", "MD5"]);
    for (const challenge of challenges) {
      expect(challenge?.scheme).toBe("Digest");
      expect(challenge?.params.get("realm")).toBe(REALM);
      expect(challenge?.params.get("qop")).toBe("auth");
      expect(challenge?.params.get("nonce")).toMatch(/^[0-9a-z]+\.[0-9a-z]{8}\.[0-9a-f]{32}$/);
      expect(challenge?.params.has("stale")).toBe(false);
    }
    expect(server.challenge(true)[0]).toContain("stale=true");
  });

  it("never repeat a nonce", () => {
    const nonces = Array.from({ length: 100 }, () => parseAuth(server.challenge()[0] ?? "")?.params.get("nonce"));
    expect(new Set(nonces).size).toBe(100);
  });
});

describe("credentials (RFC 7616 §3.4)", () => {
  it.each([0, 1])("are accepted in answer to either challenge", (index) => {
    expect(verify(credentials(server.challenge()[index] ?? ""))).toEqual({ type: "accepted", user: "alice" });
  });

  it("are accepted without qop, once per nonce", () => {
    const [, md5 = ""] = server.challenge();
    const legacy = credentials(md5, { qop: undefined, nc: undefined, cnonce: undefined, algorithm: undefined });
    expect(verify(legacy)).toEqual({ type: "accepted", user: "alice" });
    expect(verify(legacy)).toMatchObject({ type: "challenge", stale: true, why: "replayed" });
  });

  it("are accepted with the body protected, and only for that body", () => {
    const [sha = ""] = server.challenge();
    const value = credentials(sha, { qop: "auth-int" });
    expect(server.verify([value], { ...REGISTER, body: "changed" }, find)).toMatchObject({ why: "wrong-password" });
    expect(verify(value)).toEqual({ type: "accepted", user: "alice" });
  });

  it("are accepted for a user whose name is not ASCII", () => {
    const phone = new DigestClient({ username: "jörg", password: "secret" });
    expect(verify(phone.answer(server.challenge(), REGISTER) ?? "")).toEqual({ type: "accepted", user: "jörg" });
  });

  it.each(["MD5-sess", "SHA-256-sess"] as const)("are accepted under %s where that is offered", (algorithm) => {
    server = createServer({ algorithms: [algorithm] });
    const phone = new DigestClient({ username: "alice", password: "secret" });
    expect(verify(phone.answer(server.challenge(), REGISTER) ?? "")).toEqual({ type: "accepted", user: "alice" });
  });

  it("may name the resource without the parameters of the Request-URI, but no other", () => {
    const [sha = ""] = server.challenge();
    const request = { ...REGISTER, uri: "sip:example.com;transport=tcp" };
    expect(server.verify([credentials(sha)], request, find)).toEqual({ type: "accepted", user: "alice" });
    for (const uri of ["sip:bob@example.com", "sip:example.net", "sip:example.com:5070", "tel:1"]) {
      expect(server.verify([credentials(sha, { nc: "00000002" })], { ...REGISTER, uri }, find)).toEqual({
        type: "malformed",
        reason: "Credentials For Another URI",
      });
    }
  });

  it("for other realms are passed over, those for ours beside them are found", () => {
    const [sha = ""] = server.challenge();
    const foreign = credentials(sha, { realm: "example.net" });
    expect(verify(foreign)).toEqual({ type: "challenge", stale: false, why: "no-credentials" });
    expect(verify("Bearer token=x", foreign, credentials(sha))).toEqual({ type: "accepted", user: "alice" });
  });

  it.each([
    ["no credentials", [], "no-credentials"],
    ["an algorithm that was not offered", [{ algorithm: "SHA-512-256" }], "no-credentials"],
    ["a session algorithm that was not offered", [{ algorithm: "MD5-sess" }], "no-credentials"],
    ["a wrong response", [{ response: "0".repeat(64) }], "wrong-password"],
    ["a response of another length", [{ response: "00" }], "wrong-password"],
    ["an unknown user", [{ username: "mallory" }], "unknown-user"],
    ["a nonce of somebody else", [{ nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093" }], "unknown-nonce"],
    ["an empty nonce", [{ nonce: "" }], "unknown-nonce"],
  ])("are challenged anew: %s", (_, changes, why) => {
    const [sha = ""] = server.challenge();
    expect(verify(...changes.map((change) => credentials(sha, change)))).toMatchObject({
      type: "challenge",
      stale: false,
      why,
    });
  });

  it.each([
    ["no cnonce", { cnonce: undefined }, "Incomplete Credentials"],
    ["no nc", { nc: undefined }, "Incomplete Credentials"],
    ["an nc that is no number", { nc: "1" }, "Incomplete Credentials"],
    ["no user", { username: undefined }, "Incomplete Credentials"],
    ["no response", { response: undefined }, "Incomplete Credentials"],
    ["an unknown qop", { qop: "foo" }, "Unknown Quality Of Protection"],
  ])("are malformed with %s", (_, changes, reason) => {
    expect(verify(credentials(server.challenge()[0] ?? "", changes))).toEqual({ type: "malformed", reason });
  });

  it.each([
    ["a directive given twice", 'Digest username="a", username="b", realm="example.com"'],
    ["a quote that is not closed", 'Digest realm="example.com", nonce="abc'],
  ])("are malformed with %s", (_, value) => {
    expect(verify(value)).toEqual({ type: "malformed", reason: "Malformed Credentials" });
  });
});

describe("nonces (RFC 7616 §3.3, §3.4.5)", () => {
  it("are good for five minutes, and then stale", () => {
    const [sha = ""] = server.challenge();
    clock.advance(5 * MINUTES);
    expect(verify(credentials(sha))).toEqual({ type: "accepted", user: "alice" });
    clock.advance(1);
    expect(verify(credentials(sha, { nc: "00000002" }))).toMatchObject({
      type: "challenge",
      stale: true,
      why: "stale-nonce",
    });
  });

  it("that are old are not called stale to somebody with a wrong password", () => {
    const [sha = ""] = server.challenge();
    clock.advance(6 * MINUTES);
    const wrong = credentials(sha, { response: "0".repeat(64) });
    expect(verify(wrong)).toMatchObject({ type: "challenge", stale: false, why: "wrong-password" });
  });

  it("take each count once, and only rising", () => {
    const [sha = ""] = server.challenge();
    const counts = ["00000001", "00000001", "00000003", "00000002", "00000003", "000000ff"];
    const verdicts = counts.map((nc) => verify(credentials(sha, { nc })).type);
    expect(verdicts).toEqual(["accepted", "challenge", "accepted", "challenge", "challenge", "accepted"]);
  });

  it("cannot be used up by somebody with a wrong password", () => {
    const [sha = ""] = server.challenge();
    verify(credentials(sha, { nc: "ffffffff", response: "0".repeat(64) }));
    expect(verify(credentials(sha))).toEqual({ type: "accepted", user: "alice" });
  });

  it("cannot be forged or made younger", () => {
    const [sha = ""] = server.challenge();
    const [time = "", salt, mac] = (parseAuth(sha)?.params.get("nonce") ?? "").split(".");
    const younger = (Number.parseInt(time, 36) + 1000).toString(36);
    expect(verify(credentials(sha, { nonce: `${younger}.${salt}.${mac}` }))).toMatchObject({ why: "unknown-nonce" });
    const elsewhere = createServer({ key: "other" }).challenge()[0] ?? "";
    expect(verify(credentials(elsewhere))).toMatchObject({ why: "unknown-nonce" });
    const otherRealm = createServer({ realm: "example.net" }).challenge()[0] ?? "";
    expect(verify(credentials(otherRealm))).toMatchObject({ why: "unknown-nonce" });
  });

  it("cannot be replayed once the memory of them is full", () => {
    server = createServer({ rememberedNonces: 3 });
    const used = Array.from({ length: 5 }, () => {
      clock.advance(10);
      const value = credentials(server.challenge()[0] ?? "");
      expect(verify(value)).toEqual({ type: "accepted", user: "alice" });
      return value;
    });
    for (const value of used) expect(verify(value)).toMatchObject({ type: "challenge", stale: true });
    clock.advance(10);
    expect(verify(credentials(server.challenge()[0] ?? ""))).toEqual({ type: "accepted", user: "alice" });
  });

  it("from before a restart are stale, since what was used is forgotten", () => {
    const before = credentials(server.challenge()[0] ?? "");
    expect(verify(before)).toEqual({ type: "accepted", user: "alice" });
    clock.advance(1000);
    server = createServer();
    expect(verify(before)).toMatchObject({ type: "challenge", stale: true, why: "stale-nonce" });
  });
});
