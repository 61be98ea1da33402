import { describe, expect, it } from "vitest";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { DOMAIN, Office } from "../presence/office.ts";

async function said(
  decision: unknown,
  options: { readonly to?: string; readonly from?: string; readonly body?: string } = {},
) {
  const told: unknown[] = [];
  const office = new Office({
    script: {
      message: (_: unknown, event: unknown) => {
        told.push(event);
        return decision as never;
      },
    },
  });
  await office.ready;
  const bob = office.registered("bob");
  const carol = office.registered("carol");
  for (const phone of [bob, carol]) {
    phone.onMessage = (message: SipText) => {
      if (message.method === "MESSAGE" && message.status === 0) phone.answer(message, 200);
    };
  }
  const alice = office.phone("alice");
  const { to = "bob", from, body = "hello" } = options;
  const parts = {
    uri: `sip:${to}@${DOMAIN}`,
    fields: [["Content-Type", "text/plain"]] as const,
    body,
    ...(from === undefined ? {} : { from }),
  };
  const challenge = office.ask(alice, "MESSAGE", parts);
  await office.pass(500);
  if (challenge?.status === 407) office.ask(alice, "MESSAGE", parts, challenge);
  await office.pass(1_000);
  const answer = alice.received.findLast(({ method, status }) => method === "MESSAGE" && status >= 200);
  const got = (phone: typeof bob) =>
    phone.received.filter(({ method, status }) => method === "MESSAGE" && status === 0).length;
  return { office, told, answer: answer?.startLine, bob: got(bob), carol: got(carol) };
}

describe("A script that handles message", () => {
  it("is told who says what to whom, without credentials", async () => {
    const { told } = await said(undefined);
    expect(told).toMatchObject([
      {
        type: "message",
        user: "alice",
        from: { user: "alice" },
        to: { user: "bob" },
        domain: DOMAIN,
        contentType: "text/plain",
        body: "hello",
        transport: "udp",
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/Digest/);
  });

  it("leaves it to the switch by returning nothing", async () => {
    expect(await said(undefined)).toMatchObject({ answer: "SIP/2.0 200 Answer", bob: 1, carol: 0 });
  });

  it("sends it elsewhere, to several at once", async () => {
    expect(await said({ type: "forward", targets: ["carol"] })).toMatchObject({ bob: 0, carol: 1 });
    expect(await said({ type: "forward", targets: ["bob", "102"] })).toMatchObject({ bob: 1, carol: 1 });
  });

  it("sends it to those who are there, and has it kept for those who are not", async () => {
    const { office, answer, bob } = await said({ type: "forward", targets: ["bob", "dave"] });
    expect([answer, bob]).toEqual(["SIP/2.0 200 Answer", 1]);
    expect([...office.store.rows.values()].map(({ user }) => user)).toEqual(["dave"]);
  });

  it("refuses it", async () => {
    expect(await said({ type: "reject", code: 403, reason: "Not Here" })).toMatchObject({
      answer: "SIP/2.0 403 Not Here",
      bob: 0,
    });
  });

  it("takes it, or has it kept for later", async () => {
    expect(await said({ type: "accept" })).toMatchObject({ answer: "SIP/2.0 200 OK", bob: 0 });
    const { office, answer } = await said({ type: "accept", store: true }, { to: "dave" });
    expect(answer).toBe("SIP/2.0 202 Accepted");
    expect([...office.store.rows.values()].map(({ user }) => user)).toEqual(["dave"]);
  });

  it("has that of a stranger kept, if it says so", async () => {
    const { office, answer } = await said(
      { type: "accept", store: true },
      { to: "dave", from: "<sip:joe@elsewhere.example>" },
    );
    expect(answer).toBe("SIP/2.0 202 Accepted");
    expect(office.store.rows.size).toBe(1);
  });

  it("sends nobody's message to a foreign address that may not go there", async () => {
    const decision = { type: "forward", targets: ["sip:rich@elsewhere.example"] };
    expect((await said(decision, { from: "<sip:joe@elsewhere.example>" })).answer).toMatch(/ 403 /);
  });

  it.each([
    ["a plan", [{ type: "accept" }]],
    ["what belongs to calls", { type: "hangup" }],
    ["a field that means nothing here", { type: "forward", targets: ["bob"], ringSeconds: 20 }],
  ])("that returns %s has failed: 500, and nobody gets it", async (_, decision) => {
    const { office, answer, bob } = await said(decision);
    expect([answer, bob]).toEqual(["SIP/2.0 500 Server Internal Error", 0]);
    expect(office.faults).toMatchObject([{ handler: "message", fault: { reason: "invalid-decision" } }]);
  });

  it("is not gone round by what is too large for it", async () => {
    expect((await said({ type: "accept" }, { body: "\u0001".repeat(9_000) })).answer).toMatch(/ 513 /);
  });
});
