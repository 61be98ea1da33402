import { afterAll, describe, expect, it } from "vitest";
import type { SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { algorithmOf, digestAnswer, quotedParam } from "../../helpers/digest-answer.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { inviteAs, register, sendRegister } from "../../helpers/raw-account.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch({ digest: ["SHA-256", "MD5"] });
afterAll(() => strowger.stop());

const bob = { user: "bob", password: "pw-bob" };
const asked = { method: "REGISTER", uri: "sip:example.test" };

async function challenge(phone: RawPhone, user = "bob"): Promise<SipText> {
  sendRegister(phone, { user });
  return phone.expect("401 REGISTER");
}

/** Sends a REGISTER with this Authorization and gives the final answer. */
async function tryWith(phone: RawPhone, authorization: string, user = "bob"): Promise<SipText> {
  const callId = freshText("try");
  sendRegister(phone, { user, callId, fields: [["Authorization", authorization]] });
  return phone.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${callId}`, "i"));
}

describe("REGISTER with digest (RFC 3261 §22, RFC 8760)", () => {
  it("is challenged for SHA-256 first, then MD5, in the realm of the domain", async () => {
    const phone = await rawPhone(strowger, "bob");
    const challenges = (await challenge(phone)).headers("WWW-Authenticate");
    expect(challenges.map(algorithmOf)).toEqual(["SHA-256", "MD5"]);
    for (const value of challenges) {
      expect(quotedParam(value, "realm")).toBe("example.test");
      expect(quotedParam(value, "qop")).toContain("auth");
    }
  });

  it.each(["SHA-256", "MD5"])("accepts the answer to %s and shows the phone as registered", async (algorithm) => {
    const phone = await rawPhone(strowger, "bob");
    const challenges = (await challenge(phone)).headers("WWW-Authenticate");
    const chosen = challenges.filter((value) => algorithmOf(value) === algorithm);
    const answer = await tryWith(phone, digestAnswer(chosen, bob, asked));
    expect(answer.status).toBe(200);
    expect(answer.headers("Contact").join()).toContain(phone.uri);
    const { body } = await strowger.api("GET", "/v1/registrations");
    expect(body.items).toContainEqual(expect.objectContaining({ user: "bob", contact: phone.uri, transport: "udp" }));
  });

  it("refuses a wrong password, and a registration that was there stays", async () => {
    const phone = await rawPhone(strowger, "bob");
    expect((await register(phone, { user: "bob" })).status).toBe(200);
    const intruder = await rawPhone(strowger, "bob");
    const answer = await register(intruder, { user: "bob", password: "guess" });
    expect([401, 403]).toContain(answer.status);
    const { body } = await strowger.api("GET", "/v1/registrations");
    const contacts = body.items.map((item: { contact: string }) => item.contact);
    expect(contacts).toContain(phone.uri);
    expect(contacts).not.toContain(intruder.uri);
  });

  it("challenges again when a nonce comes with a count it has had", async () => {
    const phone = await rawPhone(strowger, "bob");
    const challenges = (await challenge(phone)).headers("WWW-Authenticate");
    const authorization = digestAnswer(challenges, bob, asked);
    expect((await tryWith(phone, authorization)).status).toBe(200);
    expect((await tryWith(phone, authorization)).status).toBe(401);
    const next = digestAnswer(challenges, bob, { ...asked, count: 2 });
    expect([200, 401]).toContain((await tryWith(phone, next)).status);
  });

  it("does not take a nonce that it never gave", async () => {
    const phone = await rawPhone(strowger, "bob");
    const forged = (await challenge(phone))
      .headers("WWW-Authenticate")
      .map((value) => value.replace(/nonce="./, 'nonce="0'));
    expect((await tryWith(phone, digestAnswer(forged, bob, asked))).status).toBe(401);
  });

  it("looks the same for a user who does not exist", async () => {
    const phone = await rawPhone(strowger, "bob");
    const known = await challenge(phone, "bob");
    const unknown = await challenge(phone, "nobody");
    expect(unknown.headers("WWW-Authenticate").map(algorithmOf)).toEqual(
      known.headers("WWW-Authenticate").map(algorithmOf),
    );
    const answer = await register(phone, { user: "nobody" });
    expect([401, 403, 404]).toContain(answer.status);
  });

  it("does not let alice register for bob", async () => {
    const phone = await rawPhone(strowger, "alice");
    const answer = await register(phone, { user: "alice", aor: "bob" });
    expect(answer.status).toBe(403);
    const { body } = await strowger.api("GET", "/v1/registrations");
    expect(body.items.map((item: { contact: string }) => item.contact)).not.toContain(phone.uri);
  });

  it("is refused for a domain that is not ours", async () => {
    const phone = await rawPhone(strowger, "bob");
    sendRegister(phone, { user: "bob", domain: "elsewhere.invalid" });
    await phone.expect(/^SIP\/2\.0 (403|404)/);
  });
});

describe("A call in the name of a user of ours", () => {
  it("is refused with a wrong password, before any script", async () => {
    const phone = await rawPhone(strowger, "alice");
    await inviteAs(phone, { user: "alice", password: "guess" }, "101");
    await phone.expect(/^SIP\/2\.0 (403|407)/);
    expect(await strowger.calls()).toEqual([]);
  });
});
