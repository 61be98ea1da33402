/** Users of ours, or whoever has their passwords, who want more than one user may have. */
import { afterAll, describe, expect, it } from "vitest";
import type { Field } from "../../../runtime/simulator/network/sip-text.ts";
import { digestAnswer } from "../../helpers/digest-answer.ts";
import { rawPhone } from "../../helpers/phones.ts";
import { register } from "../../helpers/raw-account.ts";
import { freshText, type RawPhone } from "../../helpers/raw-phone.ts";
import { readBy } from "../../helpers/raw-request.ts";
import { until } from "../../helpers/until.ts";
import { besieged, expectServed, expectUnharmed, hostilePhone } from "./besieged.ts";

const MOST_KEPT = 10;
const MOST_SUBSCRIPTIONS = 256;
const users = Object.fromEntries(["alice", "mallory", "bob"].map((name) => [name, { password: `pw-${name}` }]));
const strowger = await besieged({ users, messages: { maxPerUser: MOST_KEPT } });
afterAll(() => strowger.stop());

interface Flood {
  readonly method: string;
  readonly uri: string;
  readonly count: number;
  readonly fields: (index: number) => readonly Field[];
  readonly body?: (index: number) => string;
}

/** Sends so many requests of mallory's at once, each with credentials; how often each status has been the answer. */
async function flood(mallory: RawPhone, { method, uri, count, fields, body }: Flood): Promise<Record<number, number>> {
  const send = (index: number, credentials: readonly Field[]): string => {
    const callId = freshText("flood");
    mallory.request({
      method,
      uri,
      fields: [
        ["Via", mallory.via()],
        ["Max-Forwards", "70"],
        ["From", `<sip:mallory@example.test>;tag=${freshText("f")}`],
        ["To", `<${uri}>`],
        ["Call-ID", callId],
        ["CSeq", `1 ${method}`],
        ["Contact", `<sip:mallory-${index}@${mallory.address}:${mallory.port};transport=tcp>`],
        ...credentials,
        ...fields(index),
      ],
      body: body?.(index) ?? "",
    });
    return callId;
  };
  const answerTo = (callId: string) =>
    mallory.expect(new RegExp(`^SIP/2\\.0 [2-6][\\s\\S]*Call-ID: ${callId}`, "i"), 20_000);
  const first = await answerTo(send(0, []));
  const isProxy = first.status === 407;
  const challenges = first.headers(isProxy ? "Proxy-Authenticate" : "WWW-Authenticate");
  const who = { user: "mallory", password: "pw-mallory" };
  const callIds = Array.from({ length: count }, (_, index) => {
    const proof = digestAnswer(challenges, who, { method, uri, count: index + 1 });
    return send(index, [[isProxy ? "Proxy-Authorization" : "Authorization", proof]]);
  });
  await expectServed(strowger);
  const counts: Record<number, number> = {};
  for (const callId of callIds) {
    const { status } = await answerTo(callId);
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

describe("a flood of contacts", () => {
  it("in one REGISTER is refused whole, and in many is bounded; the phone of another user is served", async () => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    const contacts = Array.from({ length: 200 }, (_, index) => `<sip:m${index}@${mallory.address}:${mallory.port}>`);
    expect((await register(mallory, { user: "mallory", contacts })).startLine).toBe("SIP/2.0 403 Too Many Contacts");
    const statuses = [];
    for (const contact of contacts.slice(0, 15)) {
      statuses.push((await register(mallory, { user: "mallory", contacts: [contact] })).status);
    }
    expect(statuses).toEqual([...Array(10).fill(200), ...Array(5).fill(403)]);
    const { items } = (await strowger.api("GET", "/v1/registrations?user=mallory")).body;
    expect(items).toHaveLength(10);
    await expectServed(strowger);
    expectUnharmed(strowger);
  });

  it.each([
    ["a time of 4294967295 s", { expires: "4294967295" }, 200],
    ["a time that is no number", { expires: "99999999999999999999" }, 200],
    ["a Contact that nobody can call", { contacts: ["<http://127.0.0.1/>"] }, 400],
    ["a star beside others", { contacts: ["*", "<sip:m@127.0.0.2>"] }, 400],
  ])("with %s does no harm, and is kept for an hour at most", async (_what, options, status) => {
    const mallory = await hostilePhone(strowger, "bob", "tcp");
    const answer = await register(mallory, { user: "bob", ...options });
    expect(answer.status).toBe(status);
    const { items } = (await strowger.api("GET", "/v1/registrations?user=bob")).body;
    for (const { expiresAt } of items) expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000);
    await strowger.api("DELETE", "/v1/registrations/bob");
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});

describe("a flood of subscriptions", () => {
  it("is bounded for each user, and nobody else's phone waits", { timeout: 60_000 }, async () => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    const counts = await flood(mallory, {
      method: "SUBSCRIBE",
      uri: "sip:mallory@example.test",
      count: 300,
      fields: (index) => [
        ["Event", `presence;id=${index}`],
        ["Accept", "application/pidf+xml"],
        ["Expires", "600"],
      ],
    });
    expect(counts).toEqual({ 200: MOST_SUBSCRIPTIONS, 403: 300 - MOST_SUBSCRIPTIONS });
    await expectServed(strowger);
    expectUnharmed(strowger);
  });
});

describe("a flood of publications", () => {
  const state = (note: string) =>
    `<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf" entity="sip:mallory@example.test"><tuple id="t"><status><basic>open</basic></status><note>${note}</note></tuple></presence>`;
  const publish = (mallory: RawPhone, count: number, body: (index: number) => string) =>
    flood(mallory, {
      method: "PUBLISH",
      uri: "sip:mallory@example.test",
      count,
      fields: () => [
        ["Event", "presence"],
        ["Expires", "3600"],
        ["Content-Type", "application/pidf+xml"],
      ],
      body,
    });

  it("is bounded for each user", async () => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    expect(await publish(mallory, 50, (index) => state(`note ${index}`))).toEqual({ 200: 10, 413: 40 });
    expectUnharmed(strowger);
  });

  it.each<[what: string, body: string, status: number]>([
    ["that are huge", state("x".repeat(20_000)), 413],
    ["that grow when they are read", bomb(), 400],
    ["that are nested without end", "<a>".repeat(2000), 400],
    ["that are no documents", "\x00\xff<<<", 400],
  ])("%s are refused", async (_what, body, status) => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    expect(await publish(mallory, 5, () => body)).toEqual({ [status]: 5 });
    expectUnharmed(strowger);
  });
});

describe("a flood of messages to somebody who is away", () => {
  it("is slowed down by its source and bounded by what is kept; he gets those that were taken", async () => {
    const mallory = await hostilePhone(strowger, "mallory", "tcp");
    const counts = await flood(mallory, {
      method: "MESSAGE",
      uri: "sip:bob@example.test",
      count: 300,
      fields: () => [["Content-Type", "text/plain"]],
      body: (index) => `message ${index}`,
    });
    const waiting = (await strowger.api("GET", "/v1/users/bob/messages")).body.items;
    expect(waiting.length).toBeLessThanOrEqual(MOST_KEPT);
    expect(counts[202]).toBe(waiting.length);
    expect(counts[480]).toBe(300 - waiting.length);
    const bob = await rawPhone(strowger, "bob");
    expect((await register(bob, { user: "bob" })).status).toBe(200);
    for (let index = 0; index < waiting.length; index++) expect((await readBy(bob)).body).toBe(`message ${index}`);
    await until("nothing to wait", async () => {
      return (await strowger.api("GET", "/v1/users/bob/messages")).body.items.length === 0;
    });
    expectUnharmed(strowger);
  });
});

/** Entities of entities. */
function bomb(): string {
  const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`);
  return `<?xml version="1.0"?><!DOCTYPE p [<!ENTITY e0 "ha">${entities.join("")}]><p>&e10;</p>`;
}
