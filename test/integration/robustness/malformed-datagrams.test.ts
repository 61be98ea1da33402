import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { ackRefusal, expectRefusal, invite, inviteText } from "../../helpers/raw-dialog.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());
beforeAll(() => strowger.deploy("main", inviteScript("reject(486)")));

/** What is no SIP, or no SIP that could be answered. */
const garbage: readonly (readonly [string, string])[] = [
  ["nothing but line ends", "\r\n\r\n\r\n\r\n"],
  ["one octet", "\0"],
  ["a NUL in every place", "INVITE\0sip:a\0SIP/2.0\0\r\n\0\r\n\r\n"],
  ["an HTTP request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ["a start line without an end", `INVITE sip:${"a".repeat(60_000)}`],
  ["headers without a start line", "Via: SIP/2.0/UDP a\r\nCall-ID: 1\r\n\r\n"],
  [
    "an answer to nothing",
    "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKx\r\nCSeq: 1 INVITE\r\nCall-ID: 1\r\n\r\n",
  ],
  ["an ACK without headers", "ACK sip:a@b SIP/2.0\r\n\r\n"],
  ["a status of eleven digits", "SIP/2.0 20000000000 OK\r\n\r\n"],
  ["random octets", String.fromCharCode(...Array.from({ length: 512 }, (_, index) => (index * 131 + 7) & 255))],
];

describe("A datagram that is no SIP", () => {
  it.each(garbage)("such as %s is met with silence, and the switch goes on", async (_, text) => {
    const phone = await rawPhone(strowger, "stranger");
    phone.send(text);
    expect((await phone.settle()).status).toBe(200);
    expect(phone.untaken).toEqual([]);
  });
});

describe("A datagram that is wrong SIP", () => {
  const damages: readonly (readonly [string, number, (text: string) => string])[] = [
    ["without a Call-ID", 400, (text) => text.replace(/Call-ID: .*\r\n/, "")],
    ["without a CSeq", 400, (text) => text.replace(/CSeq: .*\r\n/, "")],
    ["without a From", 400, (text) => text.replace(/From: .*\r\n/, "")],
    ["whose CSeq names another method", 400, (text) => text.replace("1 INVITE", "1 BYE")],
    ["whose CSeq is too large", 400, (text) => text.replace("1 INVITE", "4294967296 INVITE")],
    [
      "whose Content-Length is larger than the datagram",
      400,
      (text) => text.replace("Content-Length: 0", "Content-Length: 900"),
    ],
    ["whose Content-Length is negative", 400, (text) => text.replace("Content-Length: 0", "Content-Length: -1")],
    ["of SIP version 3", 505, (text) => text.replace("SIP/2.0\r\n", "SIP/3.0\r\n")],
    ["for a scheme nobody knows", 416, (text) => text.replace(/^INVITE \S+/, "INVITE gopher:x")],
  ];

  it.each(damages)("%s is answered %i", async (_, status, damage) => {
    const phone = await rawPhone(strowger, "stranger");
    const sent = new SipText(damage(inviteText(phone, "700")));
    phone.send(sent.text);
    const refusal = await phone.expect(String(status));
    expect(refusal.param("Via", "branch")).toBe(sent.param("Via", "branch"));
    ackRefusal(phone, sent, refusal);
    expect((await phone.settle()).status).toBe(200);
  });

  it("longer than its Content-Length loses the rest and is served", async () => {
    const phone = await rawPhone(strowger, "stranger");
    const sent = new SipText(inviteText(phone, "700"));
    phone.send(`${sent.text}INVITE sip:smuggled@example.test SIP/2.0\r\n\r\n`);
    await expectRefusal(phone, sent, 486);
    await phone.settle();
    expect(phone.untaken.filter((line) => line !== "SIP/2.0 100 Trying")).toEqual([]);
  });

  it("with more headers than anybody needs is refused, not swallowed", async () => {
    const phone = await rawPhone(strowger, "stranger");
    const many = Array.from({ length: 2_000 }, (_, index) => [`X-${index}`, "y"] as const);
    invite(phone, "700", { fields: many });
    expect((await phone.expect(/^SIP\/2\.0 [45]/)).status).toBeGreaterThanOrEqual(400);
  });

  it("that a script could not take whole is refused with 513 before the script", async () => {
    const tail = await strowger.tail("main");
    const phone = await rawPhone(strowger, "stranger");
    invite(phone, "700", { body: "x".repeat(40_000) });
    await phone.expect(/^SIP\/2\.0 513/);
    expect(tail.entries).toEqual([]);
  });
});
