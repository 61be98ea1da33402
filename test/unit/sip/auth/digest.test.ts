import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  digestResponse,
  hashCredentials,
  hashOf,
  hashPassword,
  isSameResponse,
  parseAlgorithm,
} from "../../../../runtime/sip/auth/digest.ts";

interface Vector {
  readonly id: string;
  readonly algorithm?: string;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly nc?: string;
  readonly cnonce?: string;
  readonly qop?: "auth" | "auth-int";
  readonly body?: string;
  readonly response: string;
}

const FILE = join(import.meta.dirname, "..", "..", "..", "..", "..", "shared", "corpus", "digest", "vectors.json");

function readVectors(): readonly Vector[] {
  if (existsSync(FILE)) return JSON.parse(readFileSync(FILE, "utf8")).vectors;
  if (process.env.CI) throw new Error(`The digest vectors are missing: ${FILE}`);
  console.log(`skipped: the digest vectors, ${FILE} is not there`);
  return [];
}

/** As the header of a phone would carry it. */
function onTheWire(text: string): string {
  return Buffer.from(text).toString("latin1");
}

const vectors = readVectors();

describe("digest (RFC 2617, RFC 7616, RFC 8760)", () => {
  it.skipIf(vectors.length === 0).for(vectors)("computes the response of $id", (vector) => {
    const algorithm = parseAlgorithm(vector.algorithm);
    if (algorithm === undefined) throw new Error(`The algorithm ${vector.algorithm} is unknown`);
    const ha1 = hashCredentials(hashOf(algorithm), vector.username, vector.realm, vector.password);
    const { method, nonce, qop, nc, cnonce, body } = vector;
    const response = digestResponse(ha1, {
      algorithm,
      method,
      uri: onTheWire(vector.uri),
      nonce,
      ...(qop === undefined ? {} : { qop }),
      ...(nc === undefined ? {} : { nc }),
      ...(cnonce === undefined ? {} : { cnonce }),
      ...(body === undefined ? {} : { body: onTheWire(body) }),
    });
    expect(response).toBe(vector.response);
  });

  it("computes the example of RFC 2617 §3.5", () => {
    const ha1 = hashCredentials("MD5", "Mufasa", "testrealm@host.com", "Circle Of Life");
    expect(
      digestResponse(ha1, {
        algorithm: "MD5",
        method: "GET",
        uri: "/dir/index.html",
        nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093",
        qop: "auth",
        nc: "00000001",
        cnonce: "0a4f113b",
      }),
    ).toBe("6629fae49393a05397450978507c4ef1");
  });

  it("keeps a hash of a password for each algorithm, and not the password", () => {
    expect(hashPassword("alice", "example.com", "secret")).toEqual({
      ha1Md5: hashCredentials("MD5", "alice", "example.com", "secret"),
      ha1Sha256: hashCredentials("SHA-256", "alice", "example.com", "secret"),
    });
  });

  it.each([
    [undefined, "MD5"],
    ["md5", "MD5"],
    ["MD5-sess", "MD5-sess"],
    ["sha-256", "SHA-256"],
    ["SHA-512-256-SESS", "SHA-512-256-sess"],
    ["SHA-512", undefined],
    ["AKAv1-MD5", undefined],
    ["", undefined],
  ])("reads the algorithm %s as %s", (name, algorithm) => {
    expect(parseAlgorithm(name)).toBe(algorithm);
  });

  it("compares responses whatever their case and length", () => {
    expect(isSameResponse("00ff", "00FF")).toBe(true);
    expect(isSameResponse("00ff", "00fe")).toBe(false);
    expect(isSameResponse("00ff", "00ff00")).toBe(false);
    expect(isSameResponse("00ff", "")).toBe(false);
  });
});
