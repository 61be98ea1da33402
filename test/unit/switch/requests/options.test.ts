import { beforeEach, describe, expect, it } from "vitest";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { LampPhone } from "../presence/lamp-phone.ts";
import { DOMAIN, Office } from "../presence/office.ts";

const STRANGER = "<sip:joe@elsewhere.example>";
let office: Office;
let alice: LampPhone;

beforeEach(() => {
  office = new Office();
  alice = office.phone("alice");
});

function ask(uri: string, from?: string): SipText {
  return office.send(alice, "OPTIONS", { uri, ...(from === undefined ? {} : { from }) });
}

/** A phone of bob's that answers OPTIONS so. */
function bobAnswers(status: number): void {
  const bob = office.registered("bob");
  bob.onMessage = (message) => {
    if (message.method === "OPTIONS" && message.status === 0) bob.answer(message, status);
  };
}

describe("OPTIONS (RFC 3261 §11)", () => {
  it("to the switch is answered with what it can do", () => {
    const answer = ask(`sip:${DOMAIN}`);
    expect(answer.status).toBe(200);
    expect(answer.header("Allow")).toContain("SUBSCRIBE, NOTIFY, PUBLISH");
    expect(answer.header("Accept")).toBe("application/sdp");
    expect(answer.headers("Supported")).toHaveLength(1);
    expect(answer.header("Allow-Events")).toBe("message-summary, dialog, presence, reg");
  });

  it.each([200, 486, 603])("by a user of ours to another one gets his phone's %s, as an INVITE would", (status) => {
    bobAnswers(status);
    expect(ask(`sip:bob@${DOMAIN}`).status).toBe(status);
  });

  it("by a user of ours says who is not there, and who does not exist", () => {
    expect(ask(`sip:bob@${DOMAIN}`).status).toBe(480);
    expect(ask(`sip:nobody@${DOMAIN}`).status).toBe(404);
  });

  it("by a stranger says the same of everybody", () => {
    bobAnswers(486);
    const answers = ["bob", "carol", "nobody"].map((user) => ask(`sip:${user}@${DOMAIN}`, STRANGER).startLine);
    expect(new Set(answers)).toEqual(new Set(["SIP/2.0 200 OK"]));
  });

  it.each([
    ["accepts it", { type: "accept" }, "SIP/2.0 200 OK"],
    ["refuses it", { type: "reject", code: 480, reason: "Gone Fishing" }, "SIP/2.0 480 Gone Fishing"],
    ["decides what is no decision here", { type: "accept", store: true }, "SIP/2.0 500 Server Internal Error"],
  ])("whose script %s is answered so", async (_, decision, startLine) => {
    office = new Office({ script: { options: () => decision as never } });
    alice = office.phone("alice");
    office.ask(alice, "OPTIONS", { uri: `sip:bob@${DOMAIN}` });
    await office.pass(200);
    expect(alice.received.at(-1)?.startLine).toBe(startLine);
  });

  it("whose script says nothing is answered as if there were none", async () => {
    office = new Office({ script: { options: () => undefined } });
    alice = office.phone("alice");
    office.ask(alice, "OPTIONS", { uri: `sip:bob@${DOMAIN}` });
    await office.pass(200);
    expect(alice.received.at(-1)?.startLine).toBe("SIP/2.0 407 Proxy Authentication Required");
  });
});
