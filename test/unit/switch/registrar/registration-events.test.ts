import { beforeEach, describe, expect, it } from "vitest";
import type { EventOutcome, EventRun, ScriptEvents } from "../../../../runtime/port/script-events.ts";
import { RegistrationEvents } from "../../../../runtime/switch/registrar/registration-events.ts";
import type { StandaloneEvent } from "../../../../sdk/script-event.ts";
import { DOMAIN, FLOW, Registering, registerRequest } from "./registering.ts";

const REF = { script: "main", version: 1 };
const AOR = { domain: DOMAIN, user: "alice" };

/** Scripts that say what the test says, when it says so. */
class Answers implements ScriptEvents {
  readonly told: StandaloneEvent[] = [];
  readonly waiting: (() => void)[] = [];
  handled: readonly string[] = ["register", "registered", "unregistered"];
  returned: unknown;
  fault = false;
  waits = false;

  isHandled(script: string, handler: string): boolean {
    return script === "main" && this.handled.includes(handler);
  }

  async run<Value>({ event, parse }: EventRun<Value>): Promise<EventOutcome<Value>> {
    this.told.push(event);
    if (this.waits) await new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.fault) return { type: "fault", fault: { reason: "threw", message: "oops" } };
    const parsed = parse(this.returned);
    if (parsed.ok) return { type: "returned", ref: REF, value: parsed.value };
    return { type: "fault", fault: { reason: "invalid-decision", message: parsed.problem } };
  }
}

let world: Registering;
let answers: Answers;
let events: RegistrationEvents;
let asked: unknown[];
let dropped: number;
let script: string | undefined;

beforeEach(() => {
  world = new Registering();
  answers = new Answers();
  asked = [];
  dropped = 0;
  script = "main";
  events = new RegistrationEvents({
    events: answers,
    registrar: world.registrar,
    routes: {
      find: (request) => {
        asked.push(request);
        return script === undefined ? undefined : { name: "all", script };
      },
    },
    onDropped: () => dropped++,
  });
  world.registrar.watch((change) => events.bindingChanged(change));
});

const request = () =>
  registerRequest({
    contact: ['<sip:alice@192.0.2.9>;expires=60;+sip.instance="<urn:uuid:1>"', "<sip:alice@192.0.2.10>"],
    expires: "0",
    fields: ["User-Agent: Desk 1.0", 'Authorization: Digest username="alice"'],
  });

describe("the event register", () => {
  it("goes to the script of the route of the user, and says who registers what from where", async () => {
    await events.ask(request(), AOR, FLOW);
    expect(asked).toEqual([
      { method: "REGISTER", to: "alice", from: "alice", domain: DOMAIN, source: FLOW.remoteAddress },
    ]);
    const [event] = answers.told;
    expect(event).toMatchObject({
      type: "register",
      user: "alice",
      domain: DOMAIN,
      source: "198.51.100.7:5060",
      transport: "udp",
      userAgent: "Desk 1.0",
      contacts: [
        { uri: "sip:alice@192.0.2.9", expiresSeconds: 60, instance: "urn:uuid:1" },
        { uri: "sip:alice@192.0.2.10", expiresSeconds: 0, instance: null },
      ],
    });
    expect(JSON.stringify(event)).not.toContain("Digest");
  });

  it.each([
    [{ type: "accept" }, { type: "accept" }],
    [
      { type: "accept", expiresSeconds: 120, maxContacts: 1 },
      { type: "accept", expiresSeconds: 120, maxContacts: 1 },
    ],
    [
      { type: "reject", code: 403 },
      { type: "reject", code: 403 },
    ],
    [undefined, undefined],
  ])("may be answered with %j", async (returned, decision) => {
    answers.returned = returned;
    expect(await events.ask(request(), AOR, FLOW)).toEqual(decision);
  });

  it.each([
    [{ type: "accept", store: true }],
    [{ type: "accept", expiresSeconds: 5 }],
    [{ type: "accept", maxContacts: 0 }],
    [{ type: "reject", code: 200 }],
    [{ type: "forward", targets: ["bob"] }],
    [[{ type: "accept" }]],
    ["yes"],
  ])("lets the phone register where the script says %j, which is a fault", async (returned) => {
    answers.returned = returned;
    expect(await events.ask(request(), AOR, FLOW)).toBeUndefined();
  });

  it("lets the phone register where the script fails", async () => {
    answers.fault = true;
    expect(await events.ask(request(), AOR, FLOW)).toBeUndefined();
  });

  it("asks nobody where no script handles it, or there is no route", () => {
    answers.handled = ["registered"];
    expect(events.ask(request(), AOR, FLOW)).toBeUndefined();
    answers.handled = ["register"];
    script = undefined;
    expect(events.ask(request(), AOR, FLOW)).toBeUndefined();
    expect(answers.told).toEqual([]);
  });
});

describe("the events registered and unregistered", () => {
  it("tell of new contacts and of those that are gone, with the reason, and not of refreshes", async () => {
    const contact = "<sip:alice@192.0.2.9>";
    await world.register({ contact, expires: "60" });
    await world.register({ contact, expires: "60" });
    world.clock.advance(62_000);
    await world.register({ contact });
    await world.registrar.remove(DOMAIN, "alice");
    const flow = { ...FLOW, transport: "tcp", connection: 3 } as const;
    await world.register({ contact }, flow);
    world.registrar.flowClosed(flow);
    const seen = answers.told.map((event) => ("reason" in event ? `${event.type} ${event.reason}` : event.type));
    expect(seen).toEqual([
      "registered",
      "unregistered expired",
      "registered",
      "unregistered removed",
      "registered",
      "unregistered flow",
    ]);
    expect(answers.told[0]).toMatchObject({ user: "alice", domain: DOMAIN, contact: "sip:alice@192.0.2.9", path: [] });
  });

  it("are told twenty at a time, in order, and what is too much is dropped with one warning", async () => {
    answers.waits = true;
    const binding = (user: string) => ({ ...ROW, user });
    for (let count = 0; count < 10_100; count++) {
      events.bindingChanged({ what: "registered", binding: binding(`u${count}`) });
    }
    expect(answers.told).toHaveLength(20);
    expect(dropped).toBe(1);
    answers.waits = false;
    for (const end of answers.waiting.splice(0)) end();
    for (let turn = 0; turn < 10_000 && answers.told.length < 10_020; turn++) await Promise.resolve();
    expect(answers.told).toHaveLength(10_020);
    expect(answers.told.slice(0, 30).map((event) => "user" in event && event.user)).toEqual(
      Array.from({ length: 30 }, (_, index) => `u${index}`),
    );
  });

  it("make nothing for a script that does not handle them", async () => {
    answers.handled = [];
    await world.register({ contact: "<sip:alice@192.0.2.9>" });
    expect(answers.told).toEqual([]);
  });
});

const ROW = {
  domain: DOMAIN,
  user: "alice",
  contact: "sip:alice@192.0.2.9",
  callId: "1",
  cseq: 1,
  q: 1,
  expiresAt: 1_000,
  registeredAt: 0,
  userAgent: null,
  path: [],
  instance: null,
  regId: null,
  ...FLOW,
};
