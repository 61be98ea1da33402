import { beforeEach, describe, expect, it } from "vitest";
import { type Field, requestText, type SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import type { LampPhone } from "../presence/lamp-phone.ts";
import { DOMAIN, Office, type OfficeOptions, type RequestParts } from "../presence/office.ts";
import { MemoryMessages } from "./memory-messages.ts";

const STRANGER = "<sip:joe@elsewhere.example>";
let office: Office;
let alice: LampPhone;

beforeEach(() => open());

async function open(options: OfficeOptions = {}): Promise<void> {
  office = new Office(options);
  await office.ready;
  alice = office.phone("alice");
}

interface TextParts extends RequestParts {
  readonly type?: string;
}

/** Sends a message; answers the challenge, and gives the final answer as far as there is one after a second. */
async function say(to: string, body: string, parts: TextParts = {}, phone = alice): Promise<string> {
  const fields: Field[] = [["Content-Type", parts.type ?? "text/plain"], ...(parts.fields ?? [])];
  const all = { ...parts, uri: `sip:${to}@${DOMAIN}`, fields, body };
  const challenge = office.ask(phone, "MESSAGE", all);
  if (challenge?.status === 407) office.ask(phone, "MESSAGE", all, challenge);
  await office.pass(1_000);
  return (
    phone.received.findLast(({ method, status }) => method === "MESSAGE" && status >= 200)?.startLine ?? "no answer"
  );
}

/** A phone that answers each MESSAGE, once, as the test says. */
function reader(user: string, answer: number | ((text: string) => number | undefined) = 200): LampPhone {
  const phone = office.phone(user);
  const seen = new Set<string>();
  phone.onMessage = (message) => {
    if (message.status > 0 || message.method !== "MESSAGE" || seen.has(message.param("Via", "branch"))) return;
    seen.add(message.param("Via", "branch"));
    const status = typeof answer === "number" ? answer : answer(message.body);
    if (status !== undefined) phone.answer(message, status);
  };
  return phone;
}

/** What a phone was sent, retransmissions left out. */
function read(phone: LampPhone): string[] {
  const branches = new Set<string>();
  return messagesOf(phone)
    .filter((message) => {
      const branch = message.param("Via", "branch");
      const isNew = !branches.has(branch);
      branches.add(branch);
      return isNew;
    })
    .map(({ body }) => body);
}

function messagesOf(phone: LampPhone): SipText[] {
  return phone.received.filter(({ method, status }) => method === "MESSAGE" && status === 0);
}

describe("MESSAGE to a user of ours (RFC 3428)", () => {
  it("goes to the phone that is registered, and its answer goes back", async () => {
    const bob = reader("bob");
    office.register(bob);
    expect(await say("bob", "hello")).toBe("SIP/2.0 200 Answer");
    const [message] = messagesOf(bob);
    expect(message?.body).toBe("hello");
    expect(message?.header("Content-Type")).toBe("text/plain");
    expect(message?.uriOf("From")).toBe(`sip:alice@${DOMAIN}`);
    expect(message?.headers("Proxy-Authorization")).toEqual([]);
    expect(message?.headers("Record-Route")).toEqual([]);
    expect(office.store.rows.size).toBe(0);
  });

  it("goes to all of his phones", async () => {
    const phones = [reader("bob"), reader("bob")];
    for (const phone of phones) office.register(phone);
    expect(await say("bob", "hello")).toBe("SIP/2.0 200 Answer");
    expect(phones.map(read)).toEqual([["hello"], ["hello"]]);
  });

  it("needs the password of whom it says it is from", async () => {
    expect(await say("bob", "hello", { password: "guess" })).toMatch(/ 407 /);
    expect(await say("bob", "hello", { from: `<sip:carol@${DOMAIN}>` })).toMatch(/ 403 /);
    expect(office.store.rows.size).toBe(0);
  });

  it("by a stranger reaches a phone that is there; else nobody learns whether there is such a user", async () => {
    const bob = reader("bob");
    office.register(bob);
    const joe = office.phone("joe");
    expect(await say("bob", "hi", { from: STRANGER }, joe)).toBe("SIP/2.0 200 Answer");
    const [known, unknown] = [
      await say("carol", "hi", { from: STRANGER }, joe),
      await say("nobody", "hi", { from: STRANGER }, joe),
    ];
    expect(known).toBe("SIP/2.0 480 Temporarily Unavailable");
    expect(unknown).toBe(known);
    expect(office.store.rows.size).toBe(0);
  });

  it("of a stranger goes to nobody else", async () => {
    const uri = "sip:rich@elsewhere.example";
    const answer = office.ask(office.phone("joe"), "MESSAGE", { uri, from: STRANGER, body: "x" });
    expect(answer?.status).toBe(403);
  });

  it("whom nobody knows is refused with 404", async () => {
    expect(await say("nobody", "hello")).toMatch(/ 404 /);
  });

  it.each([
    ["refuses it for good", 415],
    ["does not know the method", 405],
    ["declines", 603],
  ])("whose phone %s gets the answer, and is not bothered again", async (_, status) => {
    const bob = reader("bob", status);
    office.register(bob);
    expect(await say("bob", "hello")).toContain(` ${status} `);
    expect(office.store.rows.size).toBe(0);
  });
});

describe("A message for somebody who cannot be reached", () => {
  it("is kept, which the sender hears once it is safe, and delivered when a phone registers", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    office.store.gate = promise;
    expect(await say("bob", "hello")).toMatch(/ 407 /);
    resolve();
    await office.pass(500);
    expect(alice.kinds.at(-1)).toBe("202 MESSAGE");
    const bob = reader("bob");
    office.register(bob);
    await office.pass(2_000);
    const [message] = messagesOf(bob);
    expect(message?.body).toBe("hello");
    expect(message?.uriOf("From")).toBe(`sip:alice@${DOMAIN}`);
    expect(message?.uriOf("To")).toBe(`sip:bob@${DOMAIN}`);
    expect(message?.header("Date")).toMatch(/GMT$/);
    expect(message?.headers("Proxy-Authorization")).toEqual([]);
  });

  it("comes after those before it, one at a time", async () => {
    const bodies = Array.from({ length: 12 }, (_, index) => `message ${index}`);
    for (const body of bodies) await say("bob", body);
    let open = 0;
    const bob = office.phone("bob");
    bob.onMessage = (message) => {
      if (message.status > 0 || message.method !== "MESSAGE") return;
      expect(++open).toBe(1);
      const expire = () => {
        open--;
        bob.answer(message, 200);
      };
      office.clock.startTimer(200, { expire }, "slow");
    };
    office.register(bob);
    await office.pass(12_000);
    expect(read(bob)).toEqual(bodies);
  });

  it("is not overtaken by one that comes while others wait", async () => {
    await say("bob", "first");
    const bob = office.phone("bob");
    office.register(bob);
    await office.pass(1_000);
    expect(read(bob)).toEqual(["first"]);
    expect(await say("bob", "second")).toMatch(/ 202 /);
    const [first] = messagesOf(bob);
    if (first === undefined) throw new Error("nothing has come");
    bob.answer(first, 200);
    await office.pass(1_000);
    expect(read(bob)).toEqual(["first", "second"]);
  });

  it("is delivered to each of his devices, once", async () => {
    await say("bob", "hello");
    const [desk, mobile] = [reader("bob"), reader("bob")];
    office.register(desk);
    office.register(mobile, { contact: `${mobile.contact};+sip.instance="<urn:uuid:1>"` });
    await office.pass(3_000);
    expect([read(desk), read(mobile)]).toEqual([["hello"], ["hello"]]);
    for (let turn = 0; turn < 3; turn++) {
      office.register(desk);
      office.register(mobile, { contact: `${mobile.contact};+sip.instance="<urn:uuid:1>"` });
      await office.pass(3_000);
    }
    expect([read(desk), read(mobile)]).toEqual([["hello"], ["hello"]]);
  });

  it("goes to a device that comes an hour later at most, and to one without a name that comes with the others", async () => {
    await say("bob", "hello");
    office.register(reader("bob"));
    await office.pass(3_000);
    office.run(5 * 60_000);
    const [anew, tablet] = [reader("bob"), reader("bob")];
    office.register(anew);
    office.register(tablet, { contact: `${tablet.contact};+sip.instance="<urn:uuid:2>"` });
    await office.pass(3_000);
    expect([read(anew), read(tablet)]).toEqual([[], ["hello"]]);
    office.run(2 * 3600_000);
    await office.pass(100);
    expect(office.store.rows.size).toBe(0);
  });

  it("is known by its device also where that registers from somewhere else", async () => {
    await say("bob", "hello");
    const [here, there] = [reader("bob"), reader("bob")];
    office.register(here, { contact: `${here.contact};+sip.instance="<urn:uuid:3>"` });
    await office.pass(3_000);
    office.register(there, { contact: `${there.contact};+sip.instance="<urn:uuid:3>"` });
    await office.pass(3_000);
    expect([read(here), read(there)]).toEqual([["hello"], []]);
  });

  it("survives the end of the switch, as does who has got it", async () => {
    const store = new MemoryMessages();
    await open({ store });
    await say("bob", "one");
    await say("bob", "two");
    const bob = reader("bob", (text) => (text === "one" ? 200 : undefined));
    office.register(bob);
    await office.pass(3_000);
    expect(read(bob)).toEqual(["one", "two"]);
    await open({ store });
    // The phones of another test run have other addresses: the contact is what tells them.
    const again = reader("bob");
    office.register(again, { contact: bob.contact });
    await office.pass(3_000);
    expect(read(again)).toEqual(["two"]);
  });

  it("that a device refuses for good is dropped for that device alone", async () => {
    await say("bob", "picture", { type: "image/png" });
    await say("bob", "text");
    const old = reader("bob", (body) => (body === "picture" ? 415 : 200));
    office.register(old);
    await office.pass(3_000);
    expect(read(old)).toEqual(["picture", "text"]);
    const modern = reader("bob");
    office.register(modern);
    await office.pass(3_000);
    expect(read(modern)).toEqual(["picture", "text"]);
  });

  it("is tried again while the phone is busy or does not answer, the later the more often it has failed", async () => {
    await say("bob", "hello");
    const answers = [486, undefined, 503, 200];
    const bob = reader("bob", () => answers.shift());
    office.register(bob);
    await office.pass(2_000);
    expect(read(bob)).toHaveLength(1);
    for (let minute = 0; minute < 10; minute++) {
      office.run(30_000);
      await office.pass(500);
      office.run(30_000);
      await office.pass(500);
    }
    expect(read(bob)).toEqual(["hello", "hello", "hello", "hello"]);
    expect(new Set(messagesOf(bob).map((message) => message.header("Call-ID"))).size).toBe(1);
    expect(office.messaging?.messages.hasBacklog({ domain: DOMAIN, user: "bob" })).toBe(false);
  });

  it("counts as delivered where the device says that it has it already", async () => {
    await say("bob", "hello");
    const bob = reader("bob", 482);
    office.register(bob);
    await office.pass(60_000);
    expect(read(bob)).toEqual(["hello"]);
    expect(office.store.done).toMatchObject([{ result: "taken" }]);
  });

  it("is kept when the phone that is registered does not answer, and delivered when it is back", async () => {
    const bob = office.phone("bob");
    office.register(bob);
    await say("bob", "hello");
    expect(alice.kinds.filter((kind) => kind === "202 MESSAGE")).toEqual([]);
    office.run(30_000);
    await office.pass(500);
    expect(alice.kinds.at(-1)).toBe("202 MESSAGE");
    bob.onMessage = (message) => {
      if (message.method === "MESSAGE" && message.status === 0) bob.answer(message, 200);
    };
    office.register(bob);
    await office.pass(6_000);
    expect(office.messaging?.messages.hasBacklog({ domain: DOMAIN, user: "bob" })).toBe(false);
  });

  it("comes once to a phone that takes its time, though it is kept meanwhile, and before what comes later", async () => {
    const bob = office.phone("bob");
    office.register(bob);
    await say("bob", "slow");
    office.run(28_000);
    await office.pass(500);
    expect(alice.kinds.at(-1)).toBe("202 MESSAGE");
    expect(await say("bob", "next")).toMatch(/ 202 /);
    const [slow] = messagesOf(bob);
    if (slow === undefined) throw new Error("nothing has come");
    bob.onMessage = (message) => {
      if (message.method === "MESSAGE" && message.status === 0) bob.answer(message, 200);
    };
    bob.answer(slow, 200);
    await office.pass(60_000);
    expect([...new Set(read(bob))]).toEqual(["slow", "next"]);
    expect(new Set(messagesOf(bob).map((message) => message.header("Call-ID"))).size).toBe(2);
    expect(office.messaging?.messages.hasBacklog({ domain: DOMAIN, user: "bob" })).toBe(false);
    expect(office.store.done).toMatchObject([{ result: "taken" }, { result: "taken" }]);
  });

  it("stops when the phone leaves, and goes on with the next", async () => {
    await say("bob", "one");
    await say("bob", "two");
    const bob = reader("bob", (body) => (body === "one" ? 200 : undefined));
    office.register(bob);
    await office.pass(2_000);
    office.register(bob, { expires: 0 });
    office.run(120_000);
    await office.pass(500);
    expect(read(bob)).toEqual(["one", "two"]);
    const other = reader("bob");
    office.register(other, { contact: `${other.contact};+sip.instance="<urn:uuid:9>"` });
    await office.pass(3_000);
    expect(read(other)).toEqual(["one", "two"]);
    expect(office.messaging?.messages.hasBacklog({ domain: DOMAIN, user: "bob" })).toBe(false);
  });

  it("expires when its sender says, and is not kept at all where it says 0", async () => {
    expect(await say("bob", "now or never", { fields: [["Expires", "0"]] })).toMatch(/ 480 /);
    expect(await say("bob", "soon", { fields: [["Expires", "60"]] })).toMatch(/ 202 /);
    office.run(61_000);
    const bob = reader("bob");
    office.register(bob);
    await office.pass(3_000);
    expect(read(bob)).toEqual([]);
    office.run(120_000);
    expect(office.store.rows.size).toBe(0);
  });

  it("is refused where too many wait, or too much, or nothing is kept", async () => {
    await open({ messages: { maxPerUser: 2 } });
    const answers = [await say("bob", "1"), await say("bob", "2"), await say("bob", "3"), await say("carol", "1")];
    expect(answers.map((line) => line.split(" ")[1])).toEqual(["202", "202", "480", "202"]);
    await open({ messages: { maxKilobytesPerUser: 1 } });
    expect(await say("bob", "x".repeat(1100))).toBe("SIP/2.0 480 Too Many Messages Wait");
    await open({ messages: { store: false } });
    expect(await say("bob", "1")).toMatch(/ 480 /);
  });

  it("is refused with 500 where it cannot be committed, and leaves nothing", async () => {
    office.store.isBroken = true;
    expect(await say("bob", "hello")).toMatch(/ 500 /);
    office.store.isBroken = false;
    expect(office.messaging?.messages.size).toBe(0);
    expect(office.errors).toHaveLength(1);
  });

  it("goes away with its user's", async () => {
    await say("bob", "hello");
    office.messaging?.userRemoved(DOMAIN, "bob");
    await office.pass(100);
    expect(office.store.rows.size).toBe(0);
  });
});

describe("Hostile messages", () => {
  it("that are huge are refused with 513", async () => {
    expect(await say("bob", "x".repeat(20_000))).toMatch(/ 513 /);
  });

  it("in a flood are refused from that source alone", async () => {
    const joe = office.phone("joe");
    for (let index = 0; index < 60; index++) {
      joe.sendText(
        requestText({
          method: "MESSAGE",
          uri: `sip:bob@${DOMAIN}`,
          fields: [
            ["Via", joe.via(joe.branch())],
            ["From", `${STRANGER};tag=f`],
            ["To", `<sip:bob@${DOMAIN}>`],
            ["Call-ID", `flood-${index}`],
            ["CSeq", "1 MESSAGE"],
          ],
          body: "x",
        }),
      );
    }
    office.run(100);
    const refused = joe.received.filter(({ startLine }) => startLine === "SIP/2.0 480 Too Many Messages");
    expect(refused.length).toBe(40);
    expect(refused[0]?.header("Retry-After")).toBe("2");
    expect(await say("bob", "hello")).toMatch(/ 202 /);
  });

  it("with Require of something we do not know pass to the phone, which can say so", async () => {
    const bob = reader("bob", 420);
    office.register(bob);
    expect(await say("bob", "x", { fields: [["Require", "telepathy"]] })).toMatch(/ 420 /);
  });
});
