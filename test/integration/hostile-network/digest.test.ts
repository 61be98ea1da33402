import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Field, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register, sendRegister } from "../../helpers/raw-account.ts";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { besieged, expectServed, expectUnharmed, hostilePhone } from "./besieged.ts";

const ALICE = { user: "alice", password: "pw-alice" };
const ASKED = { method: "REGISTER", uri: "sip:example.test" };
const strowger = await besieged();
afterAll(() => strowger.stop());
beforeEach(async () => void (await strowger.api("DELETE", "/v1/registrations/alice")));

/** Sends a REGISTER with this Authorization and gives the final answer. */
async function tryWith(phone: RawPhone, authorization: string, contact = phone.contact): Promise<SipText> {
  const callId = freshText("try");
  const fields: Field[] = [["Authorization", authorization]];
  sendRegister(phone, { user: "alice", callId, contacts: [contact], fields });
  return phone.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${callId}`, "i"));
}

async function challenge(phone: RawPhone): Promise<string> {
  sendRegister(phone, { user: "alice" });
  return (await phone.expect("401 REGISTER")).header("WWW-Authenticate");
}

async function contacts(): Promise<string[]> {
  const { items } = (await strowger.api("GET", "/v1/registrations?user=alice")).body;
  return items.map(({ contact }: { contact: string }) => contact);
}

describe("credentials that somebody has read on the way", () => {
  it("are worth nothing when they are sent again, from wherever, with whatever Contact", async () => {
    const [alice, mallory] = [await rawPhone(strowger, "alice"), await hostilePhone(strowger)];
    const seen = digestAnswer([await challenge(alice)], ALICE, ASKED);
    expect((await tryWith(alice, seen)).status).toBe(200);
    for (const phone of [mallory, alice]) {
      const answer = await tryWith(phone, seen, mallory.contact);
      expect(answer.status).toBe(401);
      expect(answer.header("WWW-Authenticate")).toContain("stale=true");
    }
    expect(await contacts()).toEqual([alice.uri]);
  });

  it("are worth nothing with a count that nobody has computed them for", async () => {
    const [alice, mallory] = [await rawPhone(strowger, "alice"), await hostilePhone(strowger)];
    const seen = digestAnswer([await challenge(alice)], ALICE, ASKED);
    expect((await tryWith(alice, seen)).status).toBe(200);
    const answer = await tryWith(mallory, seen.replace("nc=00000001", "nc=00000002"));
    expect(answer.status).toBe(401);
    expect(answer.header("WWW-Authenticate")).not.toContain("stale");
    expect(await contacts()).toEqual([alice.uri]);
  });

  it("are worth nothing for another request: no call, no other Request-URI", async () => {
    const [alice, mallory] = [await rawPhone(strowger, "alice"), await hostilePhone(strowger)];
    const seen = digestAnswer([await challenge(alice)], ALICE, ASKED);
    const called = { from: "sip:alice@example.test", fields: [["Proxy-Authorization", seen]] as const };
    await expectRefusal(mallory, invite(mallory, "486", { ...called, uri: "sip:example.test" }), 407);
    await expectRefusal(mallory, invite(mallory, "486", called), 400);
    expect(await strowger.calls()).toEqual([]);
  });
});

describe("credentials that are not for this switch", () => {
  it.each([
    ["of another realm", (text: string) => text.replaceAll("example.test", "elsewhere.test"), 401],
    ["with a nonce of their own", (text: string) => text.replace(/nonce="[^"]*"/, 'nonce="0123456789abcdef"'), 401],
    ["of an algorithm that was not offered", (text: string) => text.replace("=MD5", "=SHA-512-256"), 401],
    ["of another scheme", (text: string) => text.replace("Digest", "Basic"), 401],
    ["without a response", (text: string) => text.replace(/response="[^"]*", /, ""), 400],
    ["with a count that is none", (text: string) => text.replace("nc=00000001", "nc=zz"), 400],
    ["of a quality that nobody knows", (text: string) => text.replace("qop=auth", "qop=rot13"), 400],
    ["with a name of 4,000 octets", (text: string) => text.replace('"alice"', `"${"a".repeat(4000)}"`), 401],
    ["with quotes that do not end", (text: string) => text.replace('username="alice"', 'username="alice'), 400],
  ])("%s are refused, and the user is served as ever", async (_what, change, status) => {
    const mallory = await hostilePhone(strowger);
    const right = digestAnswer([await challenge(mallory)], ALICE, ASKED);
    expect((await tryWith(mallory, change(right))).status).toBe(status);
    expect(await contacts()).toEqual([]);
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});

describe("a thousand passwords that are tried", () => {
  it("do not let anybody in, and do not lock the user out", async () => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    const asked = await challenge(mallory);
    const tries = Array.from({ length: 1000 }, (_, index) => {
      const guess = { user: "alice", password: `guess-${index}` };
      const fields: Field[] = [["Authorization", digestAnswer([asked], guess, { ...ASKED, count: index + 1 })]];
      const callId = freshText("guess");
      sendRegister(mallory, { user: "alice", callId, fields });
      return callId;
    });
    await expectServed(strowger);
    const last = await mallory.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${tries.at(-1)}`, "i"));
    expect(last.status).toBe(401);
    expect(mallory.untaken.filter((line) => !line.startsWith("SIP/2.0 401"))).toEqual([]);
    expect((await register(await rawPhone(strowger, "alice"), { user: "alice" })).status).toBe(200);
    expectUnharmed(strowger);
  });
});
