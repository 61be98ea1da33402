/**
 * How long an answer takes says whether there is such a user, unless the work is the same. What is counted here is the work:
 * times say more about the machine.
 */
import * as crypto from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../../runtime/simulator/virtual-clock.ts";
import { Authenticator } from "../../../runtime/sip/auth/verify.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";

vi.mock("node:crypto", { spy: true });

const REQUEST = { method: "REGISTER", uri: "sip:example.test", body: "" };
const HASHES = { ha1Md5: "1".repeat(32), ha1Sha256: "2".repeat(64) };

/** What the check of these credentials costs: hashes that were made, and comparisons in constant time. */
function workFor(authenticator: Authenticator, challenges: readonly string[], user: string): readonly number[] {
  const credentials = digestAnswer(challenges, { user, password: "guess" }, REQUEST);
  vi.mocked(crypto.hash).mockClear();
  vi.mocked(crypto.createHash).mockClear();
  vi.mocked(crypto.timingSafeEqual).mockClear();
  const verdict = authenticator.verify([credentials], REQUEST, (name) => (name === "bob" ? HASHES : undefined));
  expect(verdict.type).toBe("challenge");
  return [crypto.hash, crypto.createHash, crypto.timingSafeEqual].map((spy) => vi.mocked(spy).mock.calls.length);
}

describe("the work for a wrong password", () => {
  beforeEach(() => void vi.clearAllMocks());

  it.each(["MD5", "SHA-256"] as const)("is the same whether there is such a user or not (%s)", (algorithm) => {
    const clock = new VirtualClock();
    const authenticator = new Authenticator({ clock, realm: "example.test", key: "k", algorithms: [algorithm] });
    const known = workFor(authenticator, authenticator.challenge(), "bob");
    const unknown = workFor(authenticator, authenticator.challenge(), "nobody");
    expect(unknown).toEqual(known);
    expect(Math.max(...known)).toBeGreaterThan(0);
  });

  it("is the same for a nonce that has run out", () => {
    const clock = new VirtualClock();
    const authenticator = new Authenticator({ clock, realm: "example.test", key: "k", nonceLifetimeMs: 1000 });
    const challenges = authenticator.challenge();
    clock.advance(2000);
    const known = workFor(authenticator, challenges, "bob");
    expect(workFor(authenticator, challenges, "nobody")).toEqual(known);
  });
});
