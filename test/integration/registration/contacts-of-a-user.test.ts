import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { rawPhone, registeredPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { cancel, expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { freshText } from "../../helpers/raw-phone.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

const elsewhere = "<sip:bob@192.0.2.77:5070>";

beforeEach(async () => {
  await strowger.deploy("main", inviteScript('forward("bob")'));
  const sweeper = await rawPhone(strowger, "sweeper");
  await register(sweeper, { user: "bob", contacts: ["*"], expires: "0" });
});

async function contacts(): Promise<string[]> {
  const { body } = await strowger.api("GET", "/v1/registrations?user=bob");
  return body.items.map((item: { contact: string }) => item.contact).sort();
}

describe("The contacts of a user (RFC 3261 §10.3)", () => {
  it("are listed with what is left of their time; expires of a Contact beats the header", async () => {
    const phone = await rawPhone(strowger, "bob");
    const answer = await register(phone, {
      user: "bob",
      contacts: [`${phone.contact};expires=120`, elsewhere],
      expires: "300",
    });
    const listed = answer.headers("Contact").join(", ");
    const left = (uri: string) => Number(new RegExp(`${uri}[^,]*;expires=(\\d+)`).exec(listed)?.[1]);
    expect(left(phone.uri)).toBeGreaterThan(100);
    expect(left(phone.uri)).toBeLessThanOrEqual(120);
    expect(left("sip:bob@192.0.2.77:5070")).toBeGreaterThan(280);
  });

  it("stay as they are after a REGISTER without Contact, which lists them", async () => {
    const phone = await registeredPhone(strowger, "bob");
    const answer = await register(phone, { user: "bob", contacts: [], expires: null });
    expect(answer.status).toBe(200);
    expect(answer.headers("Contact").join()).toContain(phone.uri);
    expect(await contacts()).toEqual([phone.uri]);
  });

  it("are all removed by Contact: * with Expires: 0, and a call then gets 480", async () => {
    const phone = await registeredPhone(strowger, "bob");
    await register(phone, { user: "bob", contacts: [elsewhere] });
    expect(await contacts()).toHaveLength(2);
    expect((await register(phone, { user: "bob", contacts: ["*"], expires: "0" })).status).toBe(200);
    expect(await contacts()).toEqual([]);
    const caller = await rawPhone(strowger, "caller");
    await expectRefusal(caller, invite(caller, "101"), 480);
  });

  it.each([
    ["* with Expires 60", ["*"], "60"],
    ["* beside another Contact", ["*", elsewhere], "0"],
  ])("are not touched by %s: 400", async (_, wrong, expires) => {
    const phone = await registeredPhone(strowger, "bob");
    expect((await register(phone, { user: "bob", contacts: wrong, expires })).status).toBe(400);
    expect(await contacts()).toEqual([phone.uri]);
  });

  it("are removed one by one with expires=0", async () => {
    const phone = await registeredPhone(strowger, "bob");
    await register(phone, { user: "bob", contacts: [elsewhere] });
    await register(phone, { user: "bob", contacts: [`${elsewhere};expires=0`] });
    expect(await contacts()).toEqual([phone.uri]);
  });

  it("are refused for too short a time: 423 with Min-Expires", async () => {
    const phone = await rawPhone(strowger, "bob");
    const answer = await register(phone, { user: "bob", expires: "5" });
    expect(answer.status).toBe(423);
    expect(Number(answer.header("Min-Expires"))).toBe(60);
    expect(await contacts()).toEqual([]);
  });

  it("are not changed by a CSeq that is not higher in the same Call-ID", async () => {
    const phone = await rawPhone(strowger, "bob");
    const callId = freshText("order");
    await register(phone, { user: "bob", callId, cseq: 10 });
    const answer = await register(phone, { user: "bob", callId, cseq: 3, contacts: [`${phone.contact};expires=0`] });
    expect([400, 500]).toContain(answer.status);
    expect(await contacts()).toEqual([phone.uri]);
  });

  it("are replaced, not doubled, when a phone comes back with another Call-ID", async () => {
    const phone = await registeredPhone(strowger, "bob");
    await register(phone, { user: "bob" });
    expect(await contacts()).toEqual([phone.uri]);
  });

  it("are at most ten", async () => {
    const phone = await rawPhone(strowger, "bob");
    const many = Array.from({ length: 11 }, (_, index) => `<sip:bob@192.0.2.1:${5070 + index}>`);
    const answer = await register(phone, { user: "bob", contacts: many });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await contacts()).toEqual([]);
  });

  it("with equal q ring together", async () => {
    const [desk, mobile] = [await rawPhone(strowger, "desk"), await rawPhone(strowger, "mobile")];
    for (const phone of [desk, mobile]) await register(phone, { user: "bob" });
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    for (const phone of [desk, mobile]) {
      phone.answer(await phone.expect("INVITE"), 180, { toTag: phone.name, fields: [["Contact", phone.contact]] });
    }
    await caller.expect("180 INVITE");
    cancel(caller, sent);
    await caller.expect("200 CANCEL");
  });

  it("with a higher q ring first, the lower ones after a refusal", async () => {
    const [desk, mobile] = [await rawPhone(strowger, "desk"), await rawPhone(strowger, "mobile")];
    await register(mobile, { user: "bob", contacts: [`${mobile.contact};q=0.5`] });
    await register(desk, { user: "bob", contacts: [`${desk.contact};q=1.0`] });
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    const atDesk = await desk.expect("INVITE");
    await mobile.settle();
    expect(mobile.has("INVITE")).toBe(false);
    desk.answer(atDesk, 486, { toTag: "busy" });
    await desk.expect("ACK");
    mobile.answer(await mobile.expect("INVITE"), 480, { toTag: "off" });
    await mobile.expect("ACK");
    await expectRefusal(caller, sent, 486);
  });

  it("of a TCP phone are reached over the connection of its REGISTER", async () => {
    const phone = await registeredPhone(strowger, "bob", { transport: "tcp" });
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    const offered = await phone.expect("INVITE");
    expect(offered.header("Via")).toContain("SIP/2.0/TCP");
    phone.answer(offered, 486, { toTag: "busy" });
    await phone.expect("ACK");
    await expectRefusal(caller, sent, 486);
  });

  it("are there again after the switch was stopped and started", async () => {
    const phone = await registeredPhone(strowger, "bob");
    await strowger.restart();
    expect(await contacts()).toEqual([phone.uri]);
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    phone.answer(await phone.expect("INVITE"), 486, { toTag: "busy" });
    await expectRefusal(caller, sent, 486);
  });
});
