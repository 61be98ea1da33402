import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { DigestClient } from "../../../../runtime/sip/auth/answer.ts";
import { hashPassword, type PasswordHashes } from "../../../../runtime/sip/auth/digest.ts";
import { Authenticator } from "../../../../runtime/sip/auth/verify.ts";

const REALM = "example.com";
const REQUEST = { method: "REGISTER", uri: "sip:example.com", body: "" };
const original = { ...crypto };

/** What was hashed: the algorithm and the length of its input, and comparisons. */
let work: string[];

beforeEach(() => {
  work = [];
  const mutable = crypto as unknown as Record<string, unknown>;
  mutable.hash = (...args: Parameters<typeof crypto.hash>) => {
    work.push(`${args[0]} ${Buffer.byteLength(args[1] as string | Buffer)}`);
    return original.hash(...args);
  };
  mutable.timingSafeEqual = (a: Buffer, b: Buffer) => {
    work.push(`compare ${a.length}`);
    return original.timingSafeEqual(a, b);
  };
  syncBuiltinESMExports();
});

afterEach(() => {
  Object.assign(crypto, { hash: original.hash, timingSafeEqual: original.timingSafeEqual });
  syncBuiltinESMExports();
});

const users = new Map<string, PasswordHashes>([["alice", hashPassword("alice", REALM, "secret")]]);

describe.each(["MD5", "SHA-256"] as const)("a wrong password under %s", (algorithm) => {
  /** The work for one REGISTER of a user with this password, and how it ended. */
  function workFor(user: string, password: string, ageMs = 0): { readonly verdict: unknown; readonly work: string[] } {
    const clock = new VirtualClock();
    const authenticator = new Authenticator({ clock, realm: REALM, key: "key", algorithms: [algorithm] });
    const client = new DigestClient({ username: user, password, cnonce: () => "0123456789abcdef" });
    const credentials = client.answer(authenticator.challenge(), REQUEST) ?? "";
    clock.advance(ageMs);
    work = [];
    const verdict = authenticator.verify([credentials], REQUEST, (name) => users.get(name));
    return { verdict, work: [...work] };
  }

  it.each([0, 400_000])("takes the same work for a user that there is and one that there is not (age %d)", (ageMs) => {
    const known = workFor("alice", "wrong", ageMs);
    const unknown = workFor("elise", "wrong", ageMs);
    expect(known.work.length).toBeGreaterThan(3);
    expect(unknown.work).toEqual(known.work);
    expect(known.verdict).toMatchObject({ type: "challenge", stale: false, why: "wrong-password" });
    expect(unknown.verdict).toMatchObject({ type: "challenge", stale: false, why: "unknown-user" });
  });

  it("takes as much as the right one", () => {
    expect(workFor("alice", "secret").work).toEqual(workFor("alice", "wrong").work);
  });
});
