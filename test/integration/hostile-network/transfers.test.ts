import { afterAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../helpers/free-port.ts";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { inviteAs } from "../../helpers/raw-account.ts";
import { answer, connectCall, hangUp } from "../../helpers/raw-call.ts";
import { expectRefusal, invite, RawDialog } from "../../helpers/raw-dialog.ts";
import { freshText, RawPhone } from "../../helpers/raw-phone.ts";
import { requestAs } from "../../helpers/raw-request.ts";
import { sdp } from "../../helpers/sdp.ts";
import { besieged, expectServed, expectUnharmed, HOSTILE, hostilePhone } from "./besieged.ts";

const PREMIUM = "+4990012345";
const carrierPort = await freePort();
const users = Object.fromEntries(["alice", "bob", "carol"].map((name) => [name, { password: `pw-${name}` }]));
const strowger = await besieged(
  { users, trunks: { carrier: { uri: `sip:127.0.0.1:${carrierPort}`, probe: false } } },
  'call.headers.get("X-Target") ? forward(call.headers.get("X-Target")) : forward(call.to.user)',
);
afterAll(() => strowger.stop());
beforeEach(async () => {
  for (const user of Object.keys(users)) await strowger.api("DELETE", `/v1/registrations/${user}`);
});

/** Whoever gets what leaves by the trunk. */
async function carrier(): Promise<RawPhone> {
  const phone = await RawPhone.udp({ name: "carrier", switchPort: strowger.sipPort, port: carrierPort });
  onTestFinished(() => phone.close());
  return phone;
}

/** A stranger talks with a user. */
async function strangerTalks(user: string) {
  const [callee, mallory] = [await registeredPhone(strowger, user), await hostilePhone(strowger)];
  return { callee, mallory, call: await connectCall(mallory, callee, user) };
}

const numbers = [
  ["a number", `<sip:${PREMIUM}@example.test>`],
  ["a tel URI", `<tel:${PREMIUM}>`],
  ["the trunk by its name", `<sip:trunk%3Acarrier%2F${PREMIUM}@example.test>`],
  ["the carrier itself", `<sip:${PREMIUM}@127.0.0.1:${carrierPort}>`],
] as const;

describe("a REFER to a premium number", () => {
  it.each(numbers)("by a stranger who has called us is declined: %s", async (_what, referTo) => {
    const out = await carrier();
    const { mallory, callee, call } = await strangerTalks("bob");
    call.caller.request("REFER", { fields: [["Refer-To", referTo]] });
    await mallory.expect("603 REFER");
    await hangUp(call.caller, call.callee);
    await out.settle();
    expect([out.has("INVITE"), callee.has("INVITE")]).toEqual([false, false]);
    await expectServed(strowger);
    expectUnharmed(strowger);
  });

  it.each(numbers)("by a stranger whom one of ours has called is declined: %s", async (_what, referTo) => {
    const out = await carrier();
    const [bob, mallory] = [await registeredPhone(strowger, "bob"), await hostilePhone(strowger)];
    const sent = await inviteAs(bob, { user: "bob", password: "pw-bob" }, "x", {
      body: sdp(6000),
      fields: [["X-Target", mallory.uri]],
    });
    const offered = await mallory.expect("INVITE");
    const tag = freshText("m");
    answer(mallory, { offered, tag });
    const caller = RawDialog.ofCaller(bob, sent, await bob.expect("200 INVITE"));
    caller.ack(sent);
    await mallory.expect("ACK");
    const callee = RawDialog.ofCallee(mallory, offered, tag);
    callee.request("REFER", { fields: [["Refer-To", referTo]] });
    await mallory.expect("603 REFER");
    await hangUp(caller, callee);
    await out.settle();
    expect(out.has("INVITE")).toBe(false);
    expectUnharmed(strowger);
  });

  it("outside of calls is refused to everybody", async () => {
    const out = await carrier();
    const fields = [["Refer-To", `<sip:${PREMIUM}@example.test>`]] as const;
    const mallory = await hostilePhone(strowger, "mallory");
    const uri = "sip:bob@example.test";
    const asStranger = await requestAs(mallory, "REFER", { uri, fields, from: "<sip:m@elsewhere.example>" });
    expect(asStranger.status).toBe(403);
    const bob = await registeredPhone(strowger, "bob");
    expect((await requestAs(bob, "REFER", { uri, fields })).status).toBe(603);
    await out.settle();
    expect(out.untaken).toEqual([]);
  });
});

describe("a Refer-To that brings more than an address", () => {
  it("puts nothing of it into the call that is made", async () => {
    const { callee, mallory, call } = await strangerTalks("bob");
    const carol = await registeredPhone(strowger, "carol");
    const headers = `X-Evil=1&From=%3Csip:ceo@example.test%3E&Route=%3Csip:${HOSTILE}:${mallory.port};lr%3E&body=x&Call-Info=y%0d%0aX-Worse:2`;
    call.callee.request("REFER", { fields: [["Refer-To", `<sip:carol@example.test?${headers}>`]] });
    await callee.expect("202 REFER");
    const offered = await carol.expect("INVITE");
    expect(offered.text).not.toMatch(/X-Evil|X-Worse|ceo@|Call-Info|^Route:/m);
    expect(offered.uri).toBe(carol.uri);
    carol.answer(offered, 486, { toTag: "busy" });
    await hangUp(call.caller, call.callee);
  });

  it.each([
    ["a line break in its user", "<sip:carol%0d%0aX-Evil:1@example.test>", /^SIP\/2\.0 (202|4\d\d|603)/],
    ["another method", "<sip:carol@example.test;method=BYE>", /^SIP\/2\.0 501/],
    ["two addresses", "<sip:carol@example.test>, <sip:bob@example.test>", /^SIP\/2\.0 400/],
    ["a scheme that nobody calls", "<http://127.0.0.1/>", /^SIP\/2\.0 416/],
    ["4,000 octets", `<sip:${"c".repeat(4000)}@example.test>`, /^SIP\/2\.0 (202|4\d\d|603)/],
  ])("does no harm with %s", async (_what, referTo, expected) => {
    const { callee, mallory, call } = await strangerTalks("bob");
    const carol = await registeredPhone(strowger, "carol");
    call.callee.request("REFER", { fields: [["Refer-To", referTo]] });
    const said = await callee.expect(/^SIP\/2\.0 [2-6][\s\S]*CSeq: \d+ REFER/);
    expect(said.text).toMatch(expected);
    let told = said.status === 202 ? "SIP/2.0 100" : "";
    while (told.startsWith("SIP/2.0 1")) {
      const notify = await callee.expect("NOTIFY");
      callee.answer(notify, 200);
      told = notify.body;
    }
    expect(told).not.toMatch(/^SIP\/2\.0 2/);
    expect(carol.has("INVITE")).toBe(false);
    expect(mallory.has(/X-Evil/)).toBe(false);
    await hangUp(call.caller, call.callee);
    expectUnharmed(strowger);
  });
});

describe("Replaces that is guessed", () => {
  it("takes no call from anybody: not by a stranger, not by a user, and both talk on", async () => {
    const { call } = await strangerTalks("bob");
    const [mallory, carol] = [await hostilePhone(strowger, "thief"), await rawPhone(strowger, "carol")];
    const { callId, tag } = { callId: call.offered.header("Call-ID"), tag: call.tag };
    const known = `${callId};to-tag=${call.offered.param("From", "tag")};from-tag=${tag}`;
    const guesses = [
      known,
      `${callId};to-tag=0;from-tag=0`,
      `${callId};to-tag=${tag};from-tag=${tag}`,
      `${freshText("none")};to-tag=a;from-tag=b`,
    ];
    for (const replaces of guesses) {
      const fields = [["Replaces", replaces]] as const;
      await expectRefusal(mallory, invite(mallory, "bob", { fields, body: sdp(6000) }), 403);
      const sent = await inviteAs(carol, { user: "carol", password: "pw-carol" }, "bob", { fields, body: sdp(6000) });
      const refusal = await carol.expect(/^SIP\/2\.0 [4-6][\s\S]*CSeq: 2 INVITE/);
      expect([403, 481]).toContain(refusal.status);
      expect(refusal.header("Call-ID")).toBe(sent.header("Call-ID"));
    }
    for (const malformed of ["", ";;;", "x", `${callId};to-tag=a`, "a;to-tag=b;from-tag=c;early-only;;"]) {
      const refusal = invite(mallory, "bob", { fields: [["Replaces", malformed]], body: sdp(6000) });
      expect(
        (await mallory.expect(new RegExp(`^SIP/2\\.0 [4-6][\\s\\S]*${refusal.header("Call-ID")}`))).status,
      ).toBeLessThan(500);
    }
    expect((await strowger.calls()).length).toBe(1);
    await hangUp(call.caller, call.callee);
    expectUnharmed(strowger);
  });
});
