import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { Field, SipText } from "../../../runtime/simulator/network/sip-text.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { type RegisterOptions, register } from "../../helpers/raw-account.ts";
import { cancel, expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import type { RawPhone } from "../../helpers/raw-phone.ts";
import { inviteScript } from "../../helpers/script-source.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";

const strowger = await startSwitch({ nat: { keepAliveSeconds: 5 }, serviceRoute: true });
afterAll(() => strowger.stop());

const INSTANCE = "urn:uuid:00000000-0000-1000-8000-000a95a0e128";
const HOME = "sip:bob@10.9.8.7:5060";

beforeEach(async () => {
  await strowger.deploy("main", inviteScript('forward("bob")'));
  const sweeper = await rawPhone(strowger, "sweeper");
  await register(sweeper, { user: "bob", contacts: ["*"], expires: "0" });
});

async function registrations(): Promise<readonly Record<string, unknown>[]> {
  return (await strowger.api("GET", "/v1/registrations?user=bob")).body.items;
}

function registerBob(phone: RawPhone, contact: string, supported: string, fields: readonly Field[] = []) {
  const options: RegisterOptions = { user: "bob", contacts: [contact], fields: [["Supported", supported], ...fields] };
  return register(phone, options);
}

function flowContact(uri: string, regId: number): string {
  return `<${uri}>;+sip.instance="<${INSTANCE}>";reg-id=${regId}`;
}

describe("A phone behind a proxy (RFC 3327)", () => {
  it("is called by the Path it has registered with, which the API shows", async () => {
    const edge = await rawPhone(strowger, "edge");
    const path = [`<sip:127.0.0.1:${edge.port};lr>`, "<sip:10.9.8.1;lr>"];
    const answer = await registerBob(edge, `<${HOME}>`, "path", [["Path", path.join(", ")]]);
    expect(answer.status).toBe(200);
    expect(answer.header("Path")).toBe(path.join(", "));
    expect(answer.header("Service-Route")).toBe(`<sip:127.0.0.1:${strowger.sipPort};lr>`);
    expect(await registrations()).toMatchObject([{ contact: HOME, path, regId: null }]);
    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    const offered = await edge.expect("INVITE");
    expect(offered.uri).toBe(HOME);
    expect(offered.headers("Route")).toEqual(path);
    edge.answer(offered, 180, { toTag: "t" });
    await caller.expect("180");
    await cancel(caller, sent);
    expect((await edge.expect("CANCEL")).headers("Route")).toEqual(path);
  });

  it("may not name a Path that leads somewhere else, nor one that it does not know of", async () => {
    const phone = await rawPhone(strowger, "bob");
    expect((await registerBob(phone, `<${HOME}>`, "path", [["Path", "<sip:192.0.2.66;lr>"]])).status).toBe(403);
    const silent = await registerBob(phone, `<${HOME}>`, "gruu", [["Path", `<sip:127.0.0.1:${phone.port};lr>`]]);
    expect(silent.status).toBe(420);
    expect(silent.header("Unsupported")).toBe("path");
    expect(await registrations()).toEqual([]);
  });
});

describe("A phone with two flows (RFC 5626)", () => {
  it("is called over one, over the other when that is gone, and both are forgotten with their connections", async () => {
    const first = await rawPhone(strowger, "first", { transport: "tcp" });
    const second = await rawPhone(strowger, "second", { transport: "tcp" });
    const contact = "sip:bob@10.9.8.7;transport=tcp";
    const answer = await registerBob(first, flowContact(contact, 1), "path, outbound");
    expect(answer.header("Require")).toBe("outbound");
    expect(answer.header("Flow-Timer")).toBe("120");
    await registerBob(second, flowContact(contact, 2), "path, outbound");
    expect((await registrations()).map(({ regId }) => regId).sort()).toEqual([1, 2]);

    const caller = await rawPhone(strowger, "caller");
    const sent = invite(caller, "101");
    const offered = await second.expect("INVITE");
    second.answer(offered, 430, { toTag: "t" });
    const again = await first.expect("INVITE");
    expect(again.uri).toBe(contact);
    first.answer(again, 486, { toTag: "t" });
    await expectRefusal(caller, sent, 486);
    expect((await registrations()).map(({ regId }) => regId)).toEqual([1]);

    first.close();
    await until("the flow to be forgotten", async () => (await registrations()).length === 0);
    await expectRefusal(caller, invite(caller, "101"), 480);
  });
});

describe("A phone with a GRUU (RFC 5627)", () => {
  it("is rung by it alone, and shown with it", async () => {
    const [desk, cell] = [await rawPhone(strowger, "desk"), await rawPhone(strowger, "cell")];
    await register(cell, { user: "bob" });
    const contact = `<sip:bob@127.0.0.1:${desk.port}>;+sip.instance="<${INSTANCE}>"`;
    const answer = await registerBob(desk, contact, "gruu");
    const [pub, temp] = [gruuOf(answer, "pub"), gruuOf(answer, "temp")];
    expect(pub).toMatch(/^sip:bob@example\.test;gr=/);
    const shown = (await registrations()).find(({ instance }) => instance === INSTANCE);
    expect(shown?.gruu).toBe(pub);
    const caller = await rawPhone(strowger, "caller");
    for (const gruu of [pub, temp]) {
      const sent = invite(caller, "101", { uri: gruu });
      desk.answer(await desk.expect("INVITE"), 486, { toTag: "t" });
      await expectRefusal(caller, sent, 486);
    }
    expect(cell.untaken).toEqual([]);
    await expectRefusal(caller, invite(caller, "101", { uri: `sip:bob@example.test;gr=${INSTANCE}` }), 404);
  });

  it("keeps its public one over a restart of the switch", async () => {
    const phone = await rawPhone(strowger, "bob");
    const contact = `<sip:bob@127.0.0.1:${phone.port}>;+sip.instance="<${INSTANCE}>"`;
    const before = gruuOf(await registerBob(phone, contact, "gruu"), "pub");
    await strowger.restart();
    expect(await registrations()).toMatchObject([{ instance: INSTANCE, gruu: before }]);
  });
});

describe("A phone behind a NAT", () => {
  it("is asked again and again whether it is there, over the way that it came", async () => {
    const phone = await rawPhone(strowger, "bob");
    await register(phone, { user: "bob", contacts: [`<${HOME}>`] });
    const first = await phone.expect("OPTIONS", 10_000);
    expect(first.uri).toBe(HOME);
    phone.answer(first, 200, { toTag: "t" });
    const second = await phone.expect("OPTIONS", 10_000);
    expect(second.header("Call-ID")).toBe(first.header("Call-ID"));
    expect(second.cseq).toBeGreaterThan(first.cseq);
  });
});

function gruuOf(answer: SipText, kind: "pub" | "temp"): string {
  const contact = answer.headers("Contact").join().split("Contact").join();
  return new RegExp(`${kind}-gruu="([^"]*)"`).exec(contact)?.[1] ?? "";
}
