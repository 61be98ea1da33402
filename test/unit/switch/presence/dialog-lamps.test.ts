import { beforeEach, describe, expect, it } from "vitest";
import { toText } from "../../../../runtime/base/text.ts";
import type { SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { wellFormed, type Xml } from "../../../helpers/well-formed.ts";
import type { LampPhone } from "./lamp-phone.ts";
import { DOMAIN, NOTHING_LEFT, Office } from "./office.ts";

const TYPE = "application/dialog-info+xml";
let office: Office;
let desk: LampPhone;

beforeEach(() => {
  office = new Office();
  desk = office.phone("carol");
});

/** Watches a user's calls. */
function watch(user: string, phone = desk) {
  return phone.subscribe({
    uri: `sip:${user}@${DOMAIN}`,
    to: `<sip:${user}@${DOMAIN}>`,
    event: "dialog",
    accept: TYPE,
  });
}

function documentOf(notify: SipText): Xml {
  return wellFormed(toText(notify.body));
}

function part(element: Xml | undefined, name: string): Xml | undefined {
  return element?.children.find((child) => child.name === name);
}

/** What each NOTIFY shows: direction and state of each dialog. */
function shown(phone = desk): string[] {
  return phone.notifies.map((notify) =>
    documentOf(notify)
      .children.map((dialog) => `${dialog.attributes.get("direction")} ${part(dialog, "state")?.text}`)
      .join(", "),
  );
}

describe("The lamp of a user's calls (RFC 4235)", () => {
  it("is dark, with a version and the whole state, where there is no call", () => {
    expect(watch("alice").answer.status).toBe(200);
    const root = documentOf(desk.lastNotify);
    expect(desk.lastNotify.header("Content-Type")).toBe(TYPE);
    expect(root.name).toBe("dialog-info");
    expect(Object.fromEntries(root.attributes)).toEqual({
      xmlns: "urn:ietf:params:xml:ns:dialog-info",
      version: "0",
      state: "full",
      entity: `sip:alice@${DOMAIN}`,
    });
    expect(root.children).toEqual([]);
  });

  it("follows a call of his from the first INVITE to its end, and counts its documents", () => {
    watch("bob");
    const { bob, invite } = ring("bob");
    office.run(1_500);
    bob.answer(invite, 180);
    office.run(1_500);
    bob.answer(invite, 200);
    office.run(1_500);
    const [call] = office.sw.index.calls;
    call?.guard(() => call.hangUp("api", null));
    office.run(1_500);
    expect(shown()).toEqual(["", "recipient trying", "recipient early", "recipient confirmed", "recipient terminated"]);
    const versions = desk.notifies.map((notify) => documentOf(notify).attributes.get("version"));
    expect(versions).toEqual(["0", "1", "2", "3", "4"]);
  });

  it("shows the end of a call for a moment, and then nothing of it any more", () => {
    watch("bob");
    const { bob, invite } = ring("bob");
    bob.answer(invite, 486);
    office.run(2_000);
    expect(shown().at(-1)).toBe("recipient terminated");
    office.run(10_000);
    const other = office.phone("dave");
    watch("bob", other);
    expect(shown(other)).toEqual([""]);
  });

  it("is lit at once for whoever begins to watch during a call, and dark again after it", () => {
    const { bob, invite } = ring("bob");
    bob.answer(invite, 180);
    office.run(100);
    watch("bob");
    expect(shown()).toEqual(["recipient early"]);
    bob.answer(invite, 486);
    office.run(3_000);
    expect(shown()).toEqual(["recipient early", "recipient terminated"]);
  });

  it("shows whom he calls, as the one who began it", () => {
    office.registered("bob");
    watch("alice");
    office.call(office.registered("alice"), `sip:bob@${DOMAIN}`);
    office.run(3_000);
    const dialog = documentOf(desk.lastNotify).children[0];
    expect(dialog?.attributes.get("direction")).toBe("initiator");
    expect(part(part(dialog, "remote"), "identity")?.text).toBe(`sip:bob@${DOMAIN}`);
    expect(part(part(dialog, "local"), "identity")?.text).toBe(`sip:alice@${DOMAIN}`);
  });

  it("names the phone's own dialog, by which a pickup finds the call", () => {
    watch("bob");
    const { bob, invite } = ring("bob");
    bob.answer(invite, 180);
    office.run(2_000);
    const dialog = documentOf(desk.lastNotify).children[0];
    expect(dialog?.attributes.get("call-id")).toBe(invite.header("Call-ID"));
    expect(dialog?.attributes.get("local-tag")).toBe("t-bob");
    expect(dialog?.attributes.get("remote-tag")).toBe(invite.param("From", "tag"));
    expect(part(part(dialog, "remote"), "identity")?.text).toBe(`sip:alice@${DOMAIN}`);
    expect(part(part(dialog, "remote"), "identity")?.attributes.get("display")).toBe("alice");
  });

  it("shows each of his phones that ring, and only the one that has answered in the end", () => {
    const [one, other] = [office.registered("bob"), office.registered("bob")];
    watch("bob");
    office.call(office.registered("alice"), `sip:bob@${DOMAIN}`);
    office.run(2_000);
    expect(shown().at(-1)).toBe("recipient trying, recipient trying");
    one.answer(one.take("INVITE"), 200);
    office.run(10_000);
    expect(shown().at(-1)?.split(", ").sort()).toEqual(["recipient confirmed", "recipient terminated"]);
    office.run(10_000);
    watch("bob", other);
    expect(shown(other)).toEqual(["recipient confirmed"]);
  });

  it("changes at most once a second, and ends up with the latest", () => {
    watch("bob");
    for (let index = 0; index < 5; index++) {
      const { bob, invite } = ring("bob");
      bob.answer(invite, 486);
      office.run(50);
    }
    const before = desk.notifies.length;
    office.run(1_500);
    expect(before).toBeLessThanOrEqual(3);
    expect(shown().at(-1)).toMatch(/terminated/);
  });

  it("says nothing twice: what changes nothing for him is not told", () => {
    watch("bob");
    office.call(office.registered("alice"), `sip:dave@${DOMAIN}`);
    office.run(20_000);
    expect(desk.notifies).toHaveLength(1);
  });

  it("may be one of a hundred and more on one phone", () => {
    for (let lamp = 0; lamp < 120; lamp++) {
      const uri = `sip:bob@${DOMAIN}`;
      const parts = { uri, to: `<${uri}>`, accept: TYPE, event: `dialog;id=${lamp}` };
      expect(desk.subscribe(parts).answer.status).toBe(200);
    }
    const before = desk.notifies.length;
    ring("bob");
    office.run(3_000);
    expect([before, desk.notifies.length]).toEqual([120, 240]);
  });

  it("is fed for many watchers, each by its own", () => {
    const watchers = ["carol", "dave", "alice"].flatMap((user) => [office.phone(user), office.phone(user)]);
    for (const phone of watchers) for (const user of ["bob", "alice"]) watch(user, phone);
    ring("bob");
    office.run(3_000);
    for (const phone of watchers) {
      const entities = phone.notifies.slice(2).map((notify) => documentOf(notify).attributes.get("entity"));
      expect(new Set(entities)).toEqual(new Set([`sip:bob@${DOMAIN}`, `sip:alice@${DOMAIN}`]));
    }
  });

  it("costs a call of nobody who is watched no NOTIFY", () => {
    ring("bob");
    office.run(5_000);
    expect(office.transport.sent.filter(({ text }) => text.startsWith("NOTIFY"))).toEqual([]);
  });

  it.each([
    ['"<script>&\\"\'" <sip:evil@198.51.100.9>', "<script>&\"'"],
    ['"]]>\x01\x1f&#0;" <sip:evil@198.51.100.9>', "]]>"],
    ['"\xe2\x98\x8e J\xc3\xb6rg" <sip:evil@198.51.100.9>', "☎ Jörg"],
    ['"\xff\xfe\xc0" <sip:evil@198.51.100.9>', "\ufffd"],
  ])("writes the display name %j as text and nothing else", (from, display) => {
    const bob = office.registered("bob");
    watch("bob");
    office.phone("evil").invite(`sip:bob@${DOMAIN}`, { from });
    office.run(3_000);
    bob.take("INVITE");
    const dialog = documentOf(desk.lastNotify).children[0];
    expect(part(part(dialog, "remote"), "identity")?.attributes.get("display")).toContain(display);
  });

  it("leaves nothing behind", async () => {
    watch("bob");
    watch("alice", office.phone("dave"));
    const { bob, invite } = ring("bob");
    bob.answer(invite, 486);
    await office.pass(100);
    expect(office.leftovers()).toEqual(NOTHING_LEFT);
    expect(office.errors).toEqual([]);
  });
});

describe("Watching the calls of others", () => {
  it("is for users of the same domain by default, by name or by extension", () => {
    expect(watch("alice").answer.status).toBe(200);
    expect(watch("100").answer.status).toBe(200);
  });

  it("is refused alike for somebody who is not there", () => {
    office = new Office({ presence: { watch: "self" } });
    desk = office.phone("carol");
    const [known, unknown] = [watch("alice").answer, watch("nobody").answer];
    expect(known.startLine).toBe("SIP/2.0 403 Forbidden");
    expect(unknown.startLine).toBe(known.startLine);
    expect(watch("carol").answer.status).toBe(200);
  });

  it("may be left to receptionists", () => {
    office = new Office({ presence: { watch: "self", watchers: ["carol"] } });
    desk = office.phone("carol");
    expect(watch("alice").answer.status).toBe(200);
    expect(watch("alice", office.phone("bob")).answer.status).toBe(403);
  });

  it("needs a password", () => {
    expect(desk.ask({ uri: `sip:alice@${DOMAIN}`, event: "dialog", accept: TYPE }).status).toBe(401);
  });

  it("wants a phone that reads dialog-info", () => {
    const parts = { uri: `sip:alice@${DOMAIN}`, event: "dialog", accept: "application/pidf+xml" };
    expect(desk.subscribe(parts).answer.status).toBe(406);
  });
});

describe("A script that handles subscribe", () => {
  it("refuses what it likes, with its own code", async () => {
    office = new Office({ script: { subscribe: () => ({ type: "reject", code: 480, reason: "Not Now" }) as never } });
    desk = office.phone("carol");
    expect((await later("alice")).startLine).toBe("SIP/2.0 480 Not Now");
  });

  it("allows what the switch would not, but nobody who is not there", async () => {
    office = new Office({ presence: { watch: "self" }, script: { subscribe: () => ({ type: "accept" }) as never } });
    desk = office.phone("carol");
    expect((await later("alice")).status).toBe(200);
    expect((await later("nobody")).status).toBe(403);
  });

  it("is told who watches whom, and leaves it to the switch by returning nothing", async () => {
    const told: unknown[] = [];
    office = new Office({ script: { subscribe: (_: unknown, event: unknown) => void told.push(event) } });
    desk = office.phone("carol");
    expect((await later("alice")).status).toBe(200);
    expect(told).toMatchObject([
      {
        type: "subscribe",
        user: "carol",
        domain: DOMAIN,
        package: "dialog",
        expiresSeconds: 3600,
        to: { user: "alice" },
      },
    ]);
    expect(JSON.stringify(told)).not.toMatch(/authorization|Digest/i);
  });

  it("that fails refuses with 500", async () => {
    office = new Office({ script: { subscribe: () => ({ type: "forward", targets: ["bob"] }) as never } });
    desk = office.phone("carol");
    expect((await later("alice")).status).toBe(500);
    expect(office.faults).toMatchObject([{ handler: "subscribe", fault: { reason: "invalid-decision" } }]);
  });
});

/** Alice calls him; his phone has got the INVITE. */
function ring(user: string) {
  const bob = office.registered(user);
  office.call(office.registered("alice"), `sip:${user}@${DOMAIN}`);
  office.run(100);
  return { bob, invite: bob.take("INVITE") };
}

/** The answer to a SUBSCRIBE that a script has to be asked about. */
async function later(user: string): Promise<SipText> {
  const to = `sip:${user}@${DOMAIN}`;
  const fields = [
    ["Event", "dialog"],
    ["Accept", TYPE],
    ["Contact", desk.contact],
  ] as const;
  const challenge = office.ask(desk, "SUBSCRIBE", { uri: to, fields });
  office.ask(desk, "SUBSCRIBE", { uri: to, fields }, challenge);
  await office.pass(500);
  const answer = desk.received.findLast(({ status, method }) => status > 0 && method === "SUBSCRIBE");
  if (answer === undefined) throw new Error("no answer");
  return answer;
}
