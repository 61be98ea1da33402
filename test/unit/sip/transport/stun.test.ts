import { describe, expect, it } from "vitest";
import { answerStun, isStun } from "../../../../runtime/sip/transport/stun.ts";

const COOKIE = "\x21\x12\xa4\x42";
const ID = "abcdefghijkl";

function request(attributes = "", options: { type?: string; cookie?: string; length?: number } = {}): string {
  const { type = "\x00\x01", cookie = COOKIE, length = attributes.length } = options;
  return `${type}${String.fromCharCode(length >> 8, length & 255)}${cookie}${ID}${attributes}`;
}

describe("a STUN Binding request", () => {
  // RFC 5769 §2.2 and §2.3 have these addresses; the mask is that of another transaction.
  it("is answered with the source in XOR-MAPPED-ADDRESS", () => {
    expect(answerStun(request(), "192.0.2.1", 32_853)).toBe(
      `\x01\x01\x00\x0c${COOKIE}${ID}\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43`,
    );
  });

  it("is answered with an IPv6 source masked by cookie and transaction", () => {
    const answer = Buffer.from(answerStun(request(), "2001:db8:1234:5678:11:2233:4455:6677", 32_853) ?? "", "latin1");
    expect(answer.subarray(20, 28).toString("hex")).toBe("002000140002a147");
    const mask = Buffer.from(COOKIE + ID, "latin1");
    const address = answer.subarray(28).map((octet, index) => octet ^ (mask[index] ?? 0));
    expect(Buffer.from(address).toString("hex")).toBe("20010db8123456780011223344556677");
    expect(answerStun(request(), "fe80::1%eth0", 1)).toHaveLength(44);
  });

  it("of RFC 3489, without the magic cookie, is answered with MAPPED-ADDRESS", () => {
    expect(answerStun(request("", { cookie: "wxyz" }), "192.0.2.1", 32_853)).toBe(
      `\x01\x01\x00\x0cwxyz${ID}\x00\x01\x00\x08\x00\x01\x80\x55\xc0\x00\x02\x01`,
    );
  });

  it("may bear optional attributes, and is answered with 420 where it bears one that must be known", () => {
    const software = "\x80\x22\x00\x03abc\x00";
    expect(answerStun(request(software), "192.0.2.1", 1)?.slice(0, 2)).toBe("\x01\x01");
    const answer = answerStun(request(`${software}\x7f\xff\x00\x00`), "192.0.2.1", 1) ?? "";
    expect(answer.slice(0, 2)).toBe("\x01\x11");
    expect(answer).toContain("\x00\x09\x00\x15\x00\x00\x04\x14Unknown Attribute");
    expect(answer).toContain("\x00\x0a\x00\x02\x7f\xff");
  });

  it.each([
    ["shorter than a header", request().slice(0, 19)],
    ["longer than it says", `${request()}x`],
    ["of a length that is no multiple of four", request("abc")],
    ["with an attribute beyond its end", request("\x00\x06\x00\x09user")],
    ["an indication", request("", { type: "\x00\x11" })],
    ["a response", request("", { type: "\x01\x01" })],
    ["an allocation", request("", { type: "\x00\x03" })],
  ])("is not answered where it is %s", (_what, text) => {
    expect(answerStun(text, "192.0.2.1", 1)).toBeUndefined();
  });

  it("is told from SIP by its first octet", () => {
    expect(isStun(request())).toBe(true);
    for (const text of ["", "\r\n\r\n", "OPTIONS sip:a SIP/2.0"]) expect(isStun(text)).toBe(false);
  });
});
