import { describe, expect, it } from "vitest";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { LampPhone } from "../presence/lamp-phone.ts";
import { DOMAIN, Office, type OfficeOptions } from "../presence/office.ts";

const NUMBER = "+49171234567";
const CHALLENGE = 'Digest realm="carrier", nonce="n1", qop="auth", algorithm=MD5';

async function open(options: OfficeOptions = {}) {
  const office = new Office({
    trunks: {
      calls: { uri: "sip:203.0.113.1" },
      texts: {
        gateways: [{ uri: "sip:203.0.113.2" }, { uri: "sip:203.0.113.3", priority: 1 }],
        username: "4711",
        password: "secret",
        messages: true,
        outgoing: { number: "digits", callerId: { allow: ["+49*"], default: "+4930123" } },
      },
    },
    ...options,
  });
  await office.ready;
  // In the order of their addresses.
  const gateways = ["calls", "texts", "spare"].map((name) => office.phone(name)) as [LampPhone, LampPhone, LampPhone];
  return { office, gateways, alice: office.phone("alice") };
}

/** Sends a message, with a password where one is asked for; gives the final answer as far as there is one. */
async function say(office: Office, phone: LampPhone, to: string, from?: string): Promise<string | undefined> {
  const parts = {
    uri: `sip:${to}@${DOMAIN}`,
    fields: [
      ["Content-Type", "text/plain"],
      ["P-Asserted-Identity", "<sip:boss@example.com>"],
    ] as const,
    body: "hello",
    ...(from === undefined ? {} : { from }),
  };
  const challenge = office.ask(phone, "MESSAGE", parts);
  if (challenge?.status === 407) office.ask(phone, "MESSAGE", parts, challenge);
  await office.pass(1000);
  return phone.received.findLast(({ method, status }) => method === "MESSAGE" && status >= 200)?.startLine;
}

function answering(phone: LampPhone, status: (message: SipText) => number | undefined): SipText[] {
  const got: SipText[] = [];
  phone.onMessage = (message) => {
    if (message.method !== "MESSAGE" || message.status > 0) return;
    got.push(message);
    const code = status(message);
    if (code === undefined) return;
    phone.answer(message, code, { fields: code === 407 ? [["Proxy-Authenticate", CHALLENGE]] : [] });
  };
  return got;
}

describe("A message to a number", () => {
  it("leaves by the trunk that takes messages, as the carrier wants it, and its answer goes back", async () => {
    const { office, gateways, alice } = await open();
    const [calls, texts] = gateways;
    const got = answering(texts, (message) => (message.headers("Proxy-Authorization").length === 0 ? 407 : 202));
    expect(await say(office, alice, NUMBER)).toMatch(/ 202 /);
    const last = got.at(-1);
    expect(last?.uri).toBe("sip:49171234567@203.0.113.2");
    expect(last?.uriOf("From")).toBe("sip:4930123@203.0.113.2");
    expect(last?.body).toBe("hello");
    expect(last?.header("Content-Type")).toBe("text/plain");
    expect(last?.headers("P-Asserted-Identity")).toEqual([]);
    expect(last?.header("Proxy-Authorization")).toContain('username="4711"');
    expect(last?.header("Proxy-Authorization")).not.toContain("alice");
    expect(calls.received).toEqual([]);
  });

  it("goes on to the next gateway where one refuses it, and not where one says nothing", async () => {
    const { office, gateways, alice } = await open();
    const [, texts, spare] = gateways;
    answering(texts, () => 503);
    const got = answering(spare, () => 200);
    expect(await say(office, alice, NUMBER)).toMatch(/ 200 /);
    expect(got).toHaveLength(1);
    answering(texts, () => undefined);
    await say(office, alice, NUMBER);
    await office.pass(28_000);
    expect(alice.received.at(-1)?.startLine).toBe("SIP/2.0 480 Nobody Has Answered");
    expect(got).toHaveLength(1);
  });

  it.each([
    [404, "404"],
    [603, "603"],
    [407, "500"],
    [503, "500"],
  ])("that the carrier answers with %i is answered with %s", async (status, wanted) => {
    const { office, gateways, alice } = await open();
    const [, texts, spare] = gateways;
    for (const gateway of [texts, spare]) answering(gateway, () => status);
    expect(await say(office, alice, NUMBER)).toContain(` ${wanted} `);
  });

  it("leaves by no trunk that is for calls alone, which is the default", async () => {
    const { office, gateways, alice } = await open({ trunks: { calls: { uri: "sip:203.0.113.1" } } });
    expect(await say(office, alice, NUMBER)).toMatch(/ 404 /);
    await expect(
      office.messaging?.texts.send({
        domain: DOMAIN,
        from: null,
        to: NUMBER,
        body: "x",
        contentType: "text/plain",
        mayLeave: true,
      }),
    ).rejects.toMatchObject({ code: "not-found" });
    expect(gateways[0].received).toEqual([]);
  });

  it("of a stranger leaves by none, whatever a script says", async () => {
    const script = { message: () => ({ type: "forward", targets: [NUMBER] }) as never };
    const { office, gateways } = await open({ script });
    const joe = office.phone("joe");
    expect(await say(office, joe, "bob", "<sip:joe@elsewhere.example>")).toMatch(/ 480 /);
    expect(gateways.flatMap(({ received }) => received)).toEqual([]);
  });
});

describe("A script", () => {
  it("forwards a message to a number of a trunk, and to a phone", async () => {
    const script = { message: () => ({ type: "forward", targets: [`trunk:texts/${NUMBER}`, "bob"] }) as never };
    const { office, gateways, alice } = await open({ script });
    const got = answering(gateways[1], () => 200);
    const bob = office.registered("bob");
    const read = answering(bob, () => 200);
    expect(await say(office, alice, "helpdesk")).toMatch(/ 200 /);
    expect([got.length, read.length]).toEqual([1, 1]);
  });

  it("sends a text to a number, and hears that it was taken, or why not", async () => {
    const { office, gateways } = await open();
    let status = 200;
    const got = answering(gateways[1], () => status);
    const send = () =>
      office.messaging?.texts.send({
        domain: DOMAIN,
        from: "alice",
        to: NUMBER,
        body: "x",
        contentType: "text/plain",
        mayLeave: true,
      });
    const sent = send();
    await office.pass(500);
    expect(await sent).toMatchObject({ state: "delivered" });
    expect(got[0]?.uriOf("From")).toBe("sip:4930123@203.0.113.2");
    status = 403;
    const refused = expect(send()).rejects.toThrow("was not taken: 403");
    await office.pass(500);
    await refused;
  });
});
