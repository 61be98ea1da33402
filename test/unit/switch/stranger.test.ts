import { describe, expect, it } from "vitest";
import type { Phone } from "../../../runtime/simulator/network/phone.ts";
import type { SimNet } from "../../../runtime/simulator/network/sim-net.ts";
import type { HeaderField } from "../../../runtime/sip/message/message.ts";
import { accept, type Decision, forward, type Plan, reject, tag } from "../../../sdk/index.ts";
import type { MessageEvent } from "../../../sdk/request-event.ts";
import { DOMAIN, World, type WorldOptions } from "./call/world.ts";
import { Office, type OfficeOptions } from "./presence/office.ts";
import { notified, refer, talkWithAlice, transferWorld } from "./transfer/transfer-world.ts";
import { CarrierWorld, NUMBER } from "./trunks/calls/carriers.ts";

/** Dave has a name and an extension, and no phone that is there. */
const [KNOWN, UNKNOWN] = ["dave", "nobody"];
const [EXTENSION, NO_EXTENSION] = ["102", "199"];
const UNAVAILABLE = "SIP/2.0 480 Temporarily Unavailable";
const JOE = "<sip:joe@elsewhere.example>";
const TEXT: readonly HeaderField[] = [["Content-Type", "text/plain"]];
/** Whose trunk takes numbers of three digits, texts too. */
const withTrunk: OfficeOptions = {
  trunks: { carrier: { uri: "sip:198.51.100.1", numbers: ["XXX"], messages: true } },
};
/** Whose script sends texts on to whom they are for, or keeps them. */
const sendsOn = message(({ to }) => forward(to.user));
const keeps = message(() => accept({ store: true }));

function message(handle: (event: MessageEvent) => unknown): OfficeOptions {
  return { script: { message: (_: unknown, event: unknown) => handle(event as MessageEvent) as never } };
}

interface Heard {
  readonly afterMs: number;
  readonly text: string;
}

/** Everything that a phone gets from now on, with the time, but for what is made anew for each request, and the name. */
function listen(net: SimNet, phone: Phone, now: () => number): (name: string) => readonly Heard[] {
  const [from, start] = [net.steps.length, now()];
  return (name) =>
    net.steps
      .slice(from)
      .filter(({ event, flow }) => event === "sent" && flow.remoteAddress === phone.address)
      .map(({ at, text }) => ({ afterMs: at - start, text: withoutNames(text, name) }));
}

function withoutNames(text: string, name: string): string {
  return text
    .replaceAll(name, "NAME")
    .replace(/\b(branch|tag)=[^;\s]+/g, "$1=")
    .replace(/\b(nonce)="[^"]*"/g, '$1=""')
    .replace(/^Call-ID: .*$/m, "Call-ID:")
    .replace(/^(Contact: <sip:)[^@]*/m, "$1")
    .replace(/^(CSeq:) \d+/m, "$1");
}

/** What a stranger gets who calls this name. */
function heardOf(name: string, plan: (name: string) => Plan, options: WorldOptions = {}, prepare = nothing) {
  const world = new World({
    route: { public: true },
    ...options,
    script: { invite: () => plan(name), ...options.script },
  });
  const joe = world.phone("joe");
  prepare(world, name);
  const heard = listen(world.net, joe, () => world.now);
  joe.invite(`sip:${name}@${DOMAIN}`);
  world.run(60_000);
  return { world, heard: heard(name) };
}

function nothing(_world: World, _name: string): void {}

/** A phone that refuses every call. */
function refusing(world: World, status: number, fields: readonly HeaderField[] = []): Phone {
  const phone = world.phone("other");
  phone.onMessage = (message) => {
    if (message.method === "INVITE" && message.status === 0) phone.answer(message, status, { fields });
  };
  return phone;
}

/** The second phone of a world. */
const OTHER = "sip:other@203.0.113.2:5060";

describe("A stranger who calls", () => {
  it.each<[string, (name: string) => Plan]>([
    ["is forwarded", (name) => forward(name)],
    ["is forwarded by a URI", (name) => forward(`sip:${name}@${DOMAIN}`)],
    ["is forwarded by a SIPS URI", (name) => forward(`sips:${name}@${DOMAIN}`)],
    ["is one target of several that ring at once", (name) => forward([name, OTHER])],
    ["is the first target of a series", (name) => forward([name, OTHER], { strategy: "serial" })],
    ["is the last target of a series", (name) => forward([OTHER, name], { strategy: "serial" })],
    ["is the first step of a plan", (name) => [tag({ a: "b" }), forward(name), forward(OTHER)]],
    ["is the last step of a plan", (name) => [forward(OTHER), forward(name)]],
    ["is where a phone redirects to", () => forward("bob")],
  ])("cannot tell a name that nobody has from a user who is away, where it %s", (_how, plan) => {
    const prepare = (world: World, name: string): void => {
      refusing(world, 486);
      const bob = world.registered("bob");
      bob.onMessage = (message) => {
        const isCall = message.method === "INVITE" && message.status === 0;
        if (isCall) bob.answer(message, 302, { fields: [["Contact", `<sip:${name}@${DOMAIN}>`]] });
      };
    };
    const [known, unknown] = [KNOWN, UNKNOWN].map((name) => heardOf(name, plan, {}, prepare).heard);
    expect(unknown).toEqual(known);
    expect(known).not.toEqual([]);
    const numbers = [EXTENSION, NO_EXTENSION].map((name) => heardOf(name, plan, {}, prepare).heard);
    expect(numbers).toEqual([known, known]);
  });

  it("gets 480, and nothing that says more, while the script hears which it was", () => {
    const codes = [KNOWN, UNKNOWN].map((name) => {
      const { world, heard } = heardOf(name, () => forward(name), { script: { failed: () => undefined } });
      expect(heard.map(({ text }) => text.split("\r\n", 1)[0])).toEqual([UNAVAILABLE]);
      expect(heard[0]?.text).not.toMatch(/^(Reason|Warning|Retry-After|Error-Info):/m);
      const { code } = world.scripts.events.find(({ type }) => type === "failed") as { code: number };
      return [code, world.observer.cdrs[0]?.legs.map((leg) => leg.code), world.observer.cdrs[0]?.code];
    });
    expect(codes).toEqual([
      [480, [480], 480],
      [404, [404], 480],
    ]);
  });

  it.each<[string, (world: World) => unknown]>([
    ["has never been there", () => {}],
    [
      "says that its user is not to be disturbed",
      (world) => isRegistered(world, refusing(world, 480, [["Retry-After", "600"]])),
    ],
    [
      "knows its user by another name",
      (world) => isRegistered(world, refusing(world, 404, [["Warning", '399 pbx "x"']])),
    ],
    ["is refused the way to it", (world) => isRegistered(world, refusing(world, 503))],
  ])("gets the same where the phone %s", (_what, prepare) => {
    const [known, unknown] = [KNOWN, UNKNOWN].map((name) =>
      heardOf(
        name,
        () => forward(name),
        {},
        (world) => void (name === KNOWN && prepare(world)),
      ),
    );
    expect(known?.heard.map(({ text }) => text)).toEqual(unknown?.heard.map(({ text }) => text));
  });

  it("gets the same where his route ends with what a fallback does", () => {
    const plan = (name: string): WorldOptions => ({ route: { fallback: [forward(name) as Decision] }, script: {} });
    const [known, unknown] = [KNOWN, UNKNOWN].map((name) => {
      const world = new World(plan(name));
      const joe = world.phone("joe");
      const heard = listen(world.net, joe, () => world.now);
      joe.invite(`sip:${name}@${DOMAIN}`);
      world.run(1_000);
      return heard(name);
    });
    expect(unknown).toEqual(known);
    expect(known?.at(-1)?.text).toContain(UNAVAILABLE);
  });

  it("gets 404 where a script says so, be it that it has heard so", () => {
    const [known, unknown] = [KNOWN, UNKNOWN].map((name) =>
      heardOf(name, () => forward(name), { script: { failed: (_call, { code }) => reject(code) } }),
    );
    expect(known?.heard.at(-1)?.text).toContain(UNAVAILABLE);
    expect(unknown?.heard.at(-1)?.text).toContain("SIP/2.0 404 Not Found");
  });

  it("is told that a foreign address is not for him", () => {
    const { heard } = heardOf("x", () => forward("sip:x@198.51.100.1"), { route: { public: false } });
    expect(heard.at(-1)?.text).toContain("SIP/2.0 403 Forbidden");
  });

  it("learns as little of numbers that leave by a trunk", () => {
    const heard = [EXTENSION, NO_EXTENSION].map((name) => {
      const world = new CarrierWorld({
        route: { public: false },
        script: { invite: () => forward(name) },
        trunks: { carrier: { uri: "sip:198.51.100.1", numbers: ["XXX"] } },
      });
      const joe = world.phone("joe");
      const heard = listen(world.net, joe, () => world.now);
      joe.invite(`sip:${name}@${DOMAIN}`);
      world.run(1_000);
      return heard(name);
    });
    expect(heard[1]).toEqual(heard[0]);
    expect(heard[0]?.at(-1)?.text).toContain(UNAVAILABLE);
  });

  it("and asks for a transfer hears as little of whom it is to", () => {
    const [known, unknown] = [KNOWN, UNKNOWN].map((name) => {
      const { world, carol, caller } = talkWithAlice(transferWorld({ refer: () => accept() }));
      refer(caller, `<sip:${name}@${DOMAIN}>`);
      world.run(50);
      return notified(world, carol);
    });
    expect(unknown).toEqual(known);
    expect(known?.at(-1)).toContain(UNAVAILABLE);
  });
});

describe("Whoever we know", () => {
  it.each([
    [KNOWN, 480],
    [UNKNOWN, 404],
  ])("hears as a user what has become of %s: %i", (name, code) => {
    const world = new World({ script: { invite: () => forward(name) } });
    const [alice, uri] = [world.phone("alice"), `sip:${name}@${DOMAIN}`];
    const fields: HeaderField[] = [["Proxy-Authorization", world.credentials("alice", uri)]];
    alice.invite(uri, { from: `<sip:alice@${DOMAIN}>`, fields });
    world.run(100);
    alice.take(`${code} INVITE`);
  });

  it.each([
    [KNOWN, 480],
    [UNKNOWN, 404],
  ])("hears as a trunk what has become of %s: %i", (name, code) => {
    const world = new CarrierWorld({
      route: { public: false },
      script: { invite: () => forward(name) },
      trunks: { carrier: { uri: "sip:198.51.100.1", country: "DE" } },
    });
    const gateway = world.gateway("198.51.100.1");
    gateway.invite(`sip:${NUMBER}@192.0.2.1:5060`, { from: "<sip:0171234567@198.51.100.1>" });
    world.run(100);
    gateway.take(`${code} INVITE`);
  });

  it.each([
    [KNOWN, 480],
    [UNKNOWN, 404],
  ])("hears of a transfer to %s how it went: %i", (name, code) => {
    const { world, alice, callee } = talkWithAlice(transferWorld());
    refer(callee, `<sip:${name}@${DOMAIN}>`);
    world.run(50);
    expect(notified(world, alice).at(-1)).toContain(`SIP/2.0 ${code} `);
  });
});

describe("A request of a stranger that is no call", () => {
  it.each<[string, number, OfficeOptions, readonly HeaderField[]]>([
    ["MESSAGE", 480, {}, TEXT],
    ["MESSAGE", 480, sendsOn, TEXT],
    ["MESSAGE", 480, withTrunk, TEXT],
    ["SUBSCRIBE", 401, {}, [["Event", "presence"]]],
    ["SUBSCRIBE", 401, {}, [["Event", "dialog"]]],
    ["SUBSCRIBE", 401, {}, [["Event", "message-summary"]]],
    ["PUBLISH", 401, {}, [["Event", "presence"]]],
    ["OPTIONS", 200, {}, []],
    ["REFER", 403, {}, [["Refer-To", "<sip:bob@example.com>"]]],
    ["NOTIFY", 481, {}, [["Event", "presence"]]],
    ["INFO", 481, {}, []],
    ["PING", 480, {}, []],
    ["PING", 480, withTrunk, []],
    ["REGISTER", 401, {}, [["Contact", "<sip:joe@203.0.113.1>"]]],
  ])("%s is answered with %i, whether its name is there or not", async (method, status, options, fields) => {
    const names = [KNOWN, UNKNOWN, EXTENSION, NO_EXTENSION];
    const answers = [];
    for (const name of names) {
      const office = new Office(options);
      await office.ready;
      const joe = office.phone("joe");
      const heard = listen(office.net, joe, () => office.clock.now());
      const to = `<sip:${name}@${DOMAIN}>`;
      const of =
        method === "REGISTER" ? { uri: `sip:${DOMAIN}`, from: to, to } : { uri: `sip:${name}@${DOMAIN}`, from: JOE };
      office.ask(joe, method, { ...of, fields: [["Contact", joe.contact], ...fields] });
      await office.pass(1_000);
      answers.push(heard(name));
    }
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.at(-1)?.text).toContain(`SIP/2.0 ${status} `);
  });

  it("is answered with 480 where its script would have kept it for a user, and there is none", async () => {
    const office = new Office(keeps);
    await office.ready;
    const joe = office.phone("joe");
    const uri = `sip:${UNKNOWN}@${DOMAIN}`;
    office.ask(joe, "MESSAGE", { uri, from: JOE, fields: TEXT, body: "x" });
    await office.pass(100);
    expect(joe.take("480 MESSAGE").startLine).toBe(UNAVAILABLE);
  });
});

function isRegistered(world: World, phone: Phone): void {
  world.registered(KNOWN, 1, phone);
}
