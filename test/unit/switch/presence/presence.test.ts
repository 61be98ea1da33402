import { beforeEach, describe, expect, it } from "vitest";
import { toText, toWire } from "../../../../runtime/base/text.ts";
import type { Field, SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { wellFormed, type Xml } from "../../../helpers/well-formed.ts";
import type { LampPhone } from "./lamp-phone.ts";
import { DOMAIN, NOTHING_LEFT, Office, type RequestParts } from "./office.ts";

const TYPE = "application/pidf+xml";
let office: Office;
let watcher: LampPhone;
let alice: LampPhone;

beforeEach(() => {
  office = new Office();
  watcher = office.phone("bob");
  alice = office.phone("alice");
});

function watch(user = "alice", phone = watcher) {
  const uri = `sip:${user}@${DOMAIN}`;
  return phone.subscribe({ uri, to: `<${uri}>`, event: "presence", accept: TYPE }).answer;
}

function document(basic: string, more = "", id = "t1"): string {
  return toWire(
    `<?xml version="1.0" encoding="UTF-8"?>
<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:x="urn:ietf:params:xml:ns:pidf:data-model"
  xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="sip:alice@${DOMAIN}">
  <tuple id="${id}"><status><basic>${basic}</basic></status></tuple>${more}
</presence>`,
  );
}

interface PublishParts extends RequestParts {
  readonly match?: string;
  readonly expires?: number | string | null;
  readonly event?: string | null;
  readonly type?: string;
}

function publish(body: string, parts: PublishParts = {}, phone = alice): SipText {
  const { match, expires = null, event = "presence", type = TYPE, fields = [], ...rest } = parts;
  const all: Field[] = [
    ...(event === null ? [] : [["Event", event] as const]),
    ...(match === undefined ? [] : [["SIP-If-Match", match] as const]),
    ...(expires === null ? [] : [["Expires", String(expires)] as const]),
    ...(body === "" ? [] : [["Content-Type", type] as const]),
    ...fields,
  ];
  return office.send(phone, "PUBLISH", { ...rest, fields: all, body });
}

function shown(phone = watcher): Xml {
  return wellFormed(toText(phone.lastNotify.body));
}

/** All texts of elements with this name, prefixed or not, in order. */
function texts(name: string, root = shown()): string[] {
  const own = root.name.replace(/^.*:/, "") === name ? [root.text] : [];
  return [...own, ...root.children.flatMap((child) => texts(name, child))];
}

describe("Somebody's presence (RFC 3856, RFC 3863)", () => {
  it("is closed while no phone of his is registered, and open while one is", () => {
    expect(watch().status).toBe(200);
    expect(watcher.lastNotify.header("Content-Type")).toBe(TYPE);
    expect(shown().attributes.get("entity")).toBe(`sip:alice@${DOMAIN}`);
    expect(texts("basic")).toEqual(["closed"]);
    office.register(alice);
    office.run(6_000);
    expect(texts("basic")).toEqual(["open"]);
    office.register(alice, { expires: 0 });
    office.run(6_000);
    expect(texts("basic")).toEqual(["closed"]);
  });

  it("says that he is on the phone while he talks, and not while it rings", () => {
    office.register(alice);
    watch();
    office.call(office.registered("carol"), `sip:alice@${DOMAIN}`);
    office.run(6_000);
    expect(texts("on-the-phone")).toEqual([]);
    alice.answer(alice.take("INVITE"), 200);
    office.run(6_000);
    expect(texts("on-the-phone")).toEqual([""]);
    const [call] = office.sw.index.calls;
    call?.guard(() => call.hangUp("api", null));
    office.run(6_000);
    expect(texts("on-the-phone")).toEqual([]);
    expect(watcher.notifies).toHaveLength(3);
  });

  it("is that of a call that was there before anybody watched, until it ends", () => {
    office.register(alice);
    office.call(office.registered("carol"), `sip:alice@${DOMAIN}`);
    alice.answer(alice.take("INVITE"), 200);
    office.run(1_000);
    watch();
    expect(texts("on-the-phone")).toEqual([""]);
    const [call] = office.sw.index.calls;
    call?.guard(() => call.hangUp("api", null));
    office.run(6_000);
    expect(texts("on-the-phone")).toEqual([]);
  });

  it("is what his phone has published, with what RPID adds, under the prefixes of the switch", () => {
    watch();
    publish(
      document(
        "open",
        '<x:person id="p"><r:activities><r:away/></r:activities></x:person><note>Lunch &amp; löffel</note>',
      ),
    );
    office.run(6_000);
    expect(texts("basic")).toEqual(["open"]);
    expect(texts("away")).toEqual([""]);
    expect(texts("note")).toEqual(["Lunch & löffel"]);
    expect(shown().children.map(({ name }) => name)).toEqual(["tuple", "note", "dm:person"]);
  });

  it("is put together of what several of his phones have published, each under an id of its own", () => {
    watch();
    publish(document("open"));
    publish(document("closed"), {}, office.phone("alice"));
    office.run(6_000);
    expect(texts("basic").sort()).toEqual(["closed", "open"]);
    const ids = shown().children.map(({ attributes }) => attributes.get("id"));
    expect(new Set(ids).size).toBe(2);
  });

  it("goes back to what the registration says when the publication has run out", () => {
    office.register(alice);
    publish(document("closed"), { expires: 60 });
    watch();
    expect(texts("basic")).toEqual(["closed"]);
    office.run(70_000);
    expect(texts("basic")).toEqual(["open"]);
  });

  it("says neither open nor closed where the phone does not know", () => {
    office.register(alice);
    expect(publish(document("unknown")).status).toBe(200);
    watch();
    expect([texts("basic"), texts("status")]).toEqual([[], [""]]);
  });

  it("is told at most every five seconds", () => {
    watch();
    for (let index = 0; index < 10; index++) {
      publish(document(index % 2 === 0 ? "open" : "closed"), {}, office.phone("alice"));
    }
    expect(watcher.notifies.length).toBeLessThanOrEqual(2);
    office.run(10_000);
    expect(texts("basic")).toHaveLength(10);
  });

  it("is asked for once by a fetch", () => {
    const uri = `sip:alice@${DOMAIN}`;
    watcher.subscribe({ uri, to: `<${uri}>`, event: "presence", accept: TYPE, expires: 0 });
    expect(watcher.lastNotify.header("Subscription-State")).toBe("terminated;reason=timeout");
    expect(texts("basic")).toEqual(["closed"]);
    expect(office.presence.subscriptions.size).toBe(0);
  });
});

describe("PUBLISH (RFC 3903)", () => {
  it("is answered with an entity-tag and the time it is kept", () => {
    const answer = publish(document("open"));
    expect(answer.status).toBe(200);
    expect(answer.header("Expires")).toBe("3600");
    expect(answer.header("SIP-ETag")).toMatch(/^\S+$/);
  });

  it("without a body keeps it alive under a new entity-tag, and tells nobody", () => {
    const first = publish(document("open"), { expires: 60 });
    watch();
    const second = publish("", { match: first.header("SIP-ETag"), expires: 600 });
    expect(second.status).toBe(200);
    expect(second.header("SIP-ETag")).not.toBe(first.header("SIP-ETag"));
    expect(publish("", { match: first.header("SIP-ETag") }).status).toBe(412);
    office.run(70_000);
    expect(watcher.notifies).toHaveLength(1);
    expect(texts("basic")).toEqual(["open"]);
  });

  it("changes what was published, and takes it back", () => {
    const first = publish(document("open"));
    watch();
    const second = publish(document("closed"), { match: first.header("SIP-ETag") });
    office.run(6_000);
    expect(texts("basic")).toEqual(["closed"]);
    const last = publish("", { match: second.header("SIP-ETag"), expires: 0 });
    expect([last.status, last.header("Expires")]).toEqual([200, "0"]);
    expect(office.presence.publications.size).toBe(0);
  });

  it.each([
    ["an entity-tag that is not known", "", { match: "nobodys" }, 412],
    ["no body and no entity-tag", "", {}, 400],
    [
      "two entity-tags",
      "",
      {
        fields: [
          ["SIP-If-Match", "a"],
          ["SIP-If-Match", "b"],
        ] as Field[],
      },
      400,
    ],
    ["too short a time", document("open"), { expires: 30 }, 423],
    ["a time that is no number", document("open"), { expires: "soon" }, 400],
    ["another event", document("open"), { event: "dialog" }, 489],
    ["no event", document("open"), { event: null }, 489],
    ["another type", document("open"), { type: "text/plain" }, 415],
    ["something that is no XML", "<presence", {}, 400],
    ["another document", "<presence/>", {}, 400],
    ["a document type", document("open").replace("<presence", '<!DOCTYPE p [<!ENTITY a "b">]><presence'), {}, 400],
    ["an entity of its own", document("&a;"), {}, 400],
    ["a tuple without a status", document("open").replace(/<status>.*<.status>/, ""), {}, 400],
    ["elements as deep as the sea", `${"<presence xmlns='urn:ietf:params:xml:ns:pidf'>".repeat(60)}`, {}, 400],
    ["a huge document", document("open", `<note>${"x".repeat(20_000)}</note>`), {}, 413],
    ["a document that would grow", document("open", `<note>${">".repeat(7_500)}</note>`), {}, 413],
    ["somebody else's presence", document("open"), { uri: `sip:bob@${DOMAIN}` }, 403],
    ["the presence of nobody", document("open"), { uri: `sip:nobody@${DOMAIN}` }, 403],
    ["a wrong password", document("open"), { password: "guess" }, 401],
  ])("with %s is refused", (_, body, parts, status) => {
    const answer = publish(body, parts);
    expect(answer.status).toBe(status);
    if (status === 423) expect(answer.header("Min-Expires")).toBe("60");
    if (status === 489) expect(answer.header("Allow-Events")).toBe("presence");
    if (status === 415) expect(answer.header("Accept")).toBe(TYPE);
    expect(office.presence.publications.size).toBe(0);
  });

  it("with the entity-tag of another user is refused as with any that is not known", () => {
    const first = publish(document("open"));
    const bobs = publish("", { match: first.header("SIP-ETag") }, office.phone("bob"));
    expect(bobs.status).toBe(412);
    expect(office.presence.publications.size).toBe(1);
  });

  it("is bounded: ten publications a user", () => {
    const answers = Array.from({ length: 12 }, () => publish(document("open")).status);
    expect(answers.filter((status) => status === 200)).toHaveLength(10);
    expect(answers.at(-1)).toBe(413);
  });

  it("puts nothing of a peer's into the documents of others but as text", () => {
    watch();
    publish(
      document(
        "open",
        '<note xml:lang="en">&lt;/note&gt;&lt;evil a="]]&gt;"/&gt;</note><y:z xmlns:y="urn:a&quot;b" y:a="&quot;&lt;"/>',
      ),
    );
    office.run(6_000);
    expect(texts("note")).toEqual(['</note><evil a="]]>"/>']);
    expect(texts("evil")).toEqual([]);
    expect(shown().attributes.get("xmlns:n1")).toBe('urn:a"b');
  });

  it("leaves nothing behind", async () => {
    watch();
    publish(document("open"));
    await office.pass(100);
    expect(office.leftovers()).toEqual(NOTHING_LEFT);
  });

  it("is refused by a script that says so", async () => {
    office = new Office({ script: { publish: () => ({ type: "reject", code: 403 }) as never } });
    alice = office.phone("alice");
    const fields: Field[] = [
      ["Event", "presence"],
      ["Content-Type", TYPE],
    ];
    const challenge = office.ask(alice, "PUBLISH", { fields, body: document("open") });
    office.ask(alice, "PUBLISH", { fields, body: document("open") }, challenge);
    await office.pass(200);
    expect(alice.kinds.at(-1)).toBe("403 PUBLISH");
    expect(office.presence.publications.size).toBe(0);
  });
});

describe("Somebody's registrations (RFC 3680)", () => {
  const REGINFO = "application/reginfo+xml";

  function watchOwn(user: string, phone: LampPhone) {
    const uri = `sip:${user}@${DOMAIN}`;
    return phone.subscribe({ uri, to: `<${uri}>`, event: "reg", accept: REGINFO }).answer;
  }

  function contacts(phone: LampPhone): string[] {
    const [registration] = shown(phone).children;
    const list =
      registration?.children.map(({ attributes }) => `${attributes.get("state")} ${attributes.get("event")}`) ?? [];
    return [`${registration?.attributes.get("state")}`, ...list];
  }

  it("are told to himself, with each change", () => {
    expect(watchOwn("alice", alice).status).toBe(200);
    expect(alice.lastNotify.header("Content-Type")).toBe(REGINFO);
    expect(contacts(alice)).toEqual(["init"]);
    office.register(alice);
    office.run(6_000);
    expect(contacts(alice)).toEqual(["active", "active registered"]);
    expect(texts("uri", shown(alice))).toEqual([`sip:alice@${alice.address}:5060`]);
    office.register(alice, { expires: 0 });
    office.run(6_000);
    expect(contacts(alice)).toEqual(["terminated", "terminated unregistered"]);
  });

  it("are told when they run out", () => {
    office.register(alice, { expires: 60 });
    watchOwn("alice", alice);
    office.run(70_000);
    expect(contacts(alice)).toEqual(["terminated", "terminated expired"]);
  });

  it("are nobody else's business but a receptionist's", () => {
    expect(watchOwn("alice", watcher).status).toBe(403);
    expect(watchOwn("nobody", watcher).status).toBe(403);
    office = new Office({ presence: { watchers: ["bob"] } });
    expect(watchOwn("alice", office.phone("bob")).status).toBe(200);
  });
});
