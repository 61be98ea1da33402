import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createCertificate } from "../../../../runtime/media/webrtc/child/certificate.ts";

describe("a certificate for a browser", () => {
  it("is one that signs itself, with the key and the fingerprint that go with it", () => {
    const { certificate, key, fingerprint } = createCertificate();
    const read = new X509Certificate(certificate);
    expect([read.subject, read.issuer]).toEqual(["CN=WebRTC", "CN=WebRTC"]);
    expect(read.verify(read.publicKey)).toBe(true);
    expect(read.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(fingerprint).toEqual({ algorithm: "sha-256", value: read.fingerprint256 });
  });

  it("is good from yesterday on, for clocks that go wrong", () => {
    const read = new X509Certificate(createCertificate(Date.UTC(2026, 0, 2, 3, 4, 5)).certificate);
    expect([read.validFrom, read.validTo]).toEqual(["Jan  1 03:04:05 2026 GMT", "Feb  1 03:04:05 2026 GMT"]);
  });

  it("is another one each time", () => {
    const [one, other] = [createCertificate(), createCertificate()];
    expect(one.fingerprint.value).not.toBe(other.fingerprint.value);
  });
});
