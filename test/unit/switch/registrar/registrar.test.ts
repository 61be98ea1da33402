import { beforeEach, describe, expect, it } from "vitest";
import type { Log } from "../../../../runtime/base/log.ts";
import type { BindingRow, Store } from "../../../../runtime/port/store.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import type { SipRequest } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { Registrar } from "../../../../runtime/switch/registrar/registrar.ts";
import type { RegistrarOptions } from "../../../../runtime/switch/registrar/registrar-options.ts";
import { Registrations } from "../../../../runtime/switch/registrar/registrations.ts";

const AOR = { domain: "example.com", user: "alice" };
const FLOW: Flow = {
  transport: "udp",
  localAddress: "192.0.2.1",
  localPort: 5060,
  remoteAddress: "198.51.100.7",
  remotePort: 40_000,
  connection: 0,
};
const DESK = "sip:alice@198.51.100.7:5060";
const CELL = "sip:alice@203.0.113.9:5062;transport=tcp";

type BindingStore = Store["bindings"];

/** Rows as a database would keep them; `broken` makes it reject. */
class MemoryBindings implements BindingStore {
  rows: readonly BindingRow[] = [];
  writes = 0;
  broken = false;

  async all(now: number): Promise<readonly BindingRow[]> {
    return this.rows.filter((row) => row.expiresAt > now).map((row) => ({ ...row, connection: 0 }));
  }

  async replace(domain: string, user: string, bindings: readonly BindingRow[]): Promise<void> {
    await Promise.resolve();
    if (this.broken) throw new Error("the disk is full");
    this.writes++;
    this.rows = [...this.rows.filter((row) => row.domain !== domain || row.user !== user), ...bindings];
  }
}

let clock: VirtualClock;
let store: MemoryBindings;
let changes: string[];
let warnings: string[];
let registrar: Registrar;
let cseq: number;

function createRegistrar(options: Partial<RegistrarOptions> = {}): Registrar {
  const log: Log = { debug() {}, info() {}, warn: (text) => warnings.push(text), error() {} };
  const onChange: RegistrarOptions["onChange"] = ({ what, binding }) => changes.push(`${what} ${binding.contact}`);
  return new Registrar({ store, clock, log, onChange, ...options });
}

beforeEach(() => {
  clock = new VirtualClock();
  store = new MemoryBindings();
  changes = [];
  warnings = [];
  cseq = 0;
  registrar = createRegistrar();
});

interface Fields {
  readonly contact?: string | readonly string[];
  readonly expires?: string;
  readonly callId?: string;
  readonly cseq?: number;
}

function registerRequest(fields: Fields): SipRequest {
  const contacts = typeof fields.contact === "string" ? [fields.contact] : (fields.contact ?? []);
  const lines = [
    "REGISTER sip:example.com SIP/2.0",
    "Via: SIP/2.0/UDP 198.51.100.7:5060;branch=z9hG4bK1",
    "From: <sip:alice@example.com>;tag=1",
    "To: <sip:alice@example.com>",
    `Call-ID: ${fields.callId ?? "phone-1"}`,
    `CSeq: ${fields.cseq ?? ++cseq} REGISTER`,
    "Max-Forwards: 70",
    "User-Agent: Desk Phone 1.0",
    ...contacts.map((contact) => `Contact: ${contact}`),
    ...(fields.expires === undefined ? [] : [`Expires: ${fields.expires}`]),
    "Content-Length: 0",
  ];
  const outcome = parseMessage(`${lines.join("\r\n")}\r\n\r\n`, "datagram");
  if (outcome.type !== "message" || outcome.message.type !== "request") throw new Error(JSON.stringify(outcome));
  return outcome.message;
}

function register(fields: Fields, flow = FLOW) {
  return registrar.register(registerRequest(fields), AOR, flow);
}

/** The Contact values of an answer. */
async function contactsOf(answer: ReturnType<typeof register>): Promise<readonly string[]> {
  const { status, fields } = await answer;
  expect(status).toBe(200);
  return fields.filter(([name]) => name === "Contact").map(([, value]) => value);
}

function registered(): readonly string[] {
  return registrar.lookup("example.com", "alice").map(({ contact }) => contact);
}

describe("a REGISTER with contacts (RFC 3261 §10.3)", () => {
  it("is answered with all bindings and the time they have left, and a Date", async () => {
    await register({ contact: `<${CELL}>;q=0.5`, expires: "600" });
    clock.advance(100_000);
    const answer = await register({ contact: `<${DESK}>`, expires: "60" });
    expect(answer).toMatchObject({
      status: 200,
      fields: [
        ["Contact", `<${CELL}>;expires=500;q=0.5`],
        ["Contact", `<${DESK}>;expires=60`],
        ["Date", "Thu, 01 Jan 2026 00:01:40 GMT"],
      ],
    });
  });

  it("takes the expires parameter before the header, the header before the default", async () => {
    expect(await contactsOf(register({ contact: `<${DESK}>;expires=120`, expires: "60" }))).toEqual([
      `<${DESK}>;expires=120`,
    ]);
    expect(await contactsOf(register({ contact: `<${DESK}>`, expires: "90" }))).toEqual([`<${DESK}>;expires=90`]);
    expect(await contactsOf(register({ contact: `<${DESK}>` }))).toEqual([`<${DESK}>;expires=300`]);
  });

  it.each([
    ["3601", 3600],
    ["4294967296", 3600],
    ["99999999999999999999999", 3600],
    ["soon", 3600],
    ["-5", 3600],
  ])("that asks for %s seconds gets %d", async (asked, seconds) => {
    expect(await contactsOf(register({ contact: `<${DESK}>`, expires: asked }))).toEqual([
      `<${DESK}>;expires=${seconds}`,
    ]);
  });

  it("that asks for too short a time is refused with Min-Expires, and nothing of it is done", async () => {
    const answer = await register({ contact: [`<${CELL}>;expires=600`, `<${DESK}>;expires=59`] });
    expect(answer).toEqual({ status: 423, reason: "Interval Too Brief", fields: [["Min-Expires", "60"]], changes: [] });
    expect(registered()).toEqual([]);
    expect(store.writes).toBe(0);
  });

  it("takes a contact away with expires 0, whatever the minimum", async () => {
    await register({ contact: [`<${DESK}>`, `<${CELL}>`] });
    expect(await contactsOf(register({ contact: `<${DESK}>;expires=0` }))).toEqual([`<${CELL}>;expires=300`]);
    expect(await contactsOf(register({ contact: `<${CELL}>`, expires: "0" }))).toEqual([]);
    expect(await contactsOf(register({ contact: "<sip:never@registered.example>;expires=0" }))).toEqual([]);
    expect(changes).toEqual([
      `registered ${DESK}`,
      `registered ${CELL}`,
      `unregistered ${DESK}`,
      `unregistered ${CELL}`,
    ]);
  });

  it("keeps what is needed to call the phone: its flow, q, user agent and times", async () => {
    const flow: Flow = { ...FLOW, transport: "tcp", connection: 7 };
    const before = clock.now();
    const { changes: made } = await register({ contact: `"Alice" <${CELL}>;q=0.7`, expires: "60" }, flow);
    const binding: BindingRow = {
      ...AOR,
      contact: CELL,
      callId: "phone-1",
      cseq: 1,
      q: 0.7,
      registeredAt: before,
      expiresAt: before + 60_000,
      userAgent: "Desk Phone 1.0",
      path: [],
      instance: null,
      regId: null,
      ...flow,
    };
    expect(registrar.lookup("example.com", "alice")).toEqual([binding]);
    expect(made).toEqual([{ what: "registered", binding }]);
  });

  it("without contacts lists and changes nothing", async () => {
    await register({ contact: `<${DESK}>` });
    expect(await contactsOf(register({}))).toEqual([`<${DESK}>;expires=300`]);
    expect(await contactsOf(register({ expires: "0" }))).toEqual([`<${DESK}>;expires=300`]);
    expect(store.writes).toBe(1);
    expect(changes).toEqual([`registered ${DESK}`]);
  });

  it.each([
    ["malformed", `<${DESK}`, "Malformed Contact"],
    ["not a SIP URI", "<tel:+4930123456>", "Contact Is No SIP URI"],
    ["with a q out of range", `<${DESK}>;q=1.5`, "Malformed q In Contact"],
  ])("is refused with a contact %s", async (_, contact, reason) => {
    const answer = await register({ contact: [`<${CELL}>`, contact] });
    expect(answer).toMatchObject({ status: 400, reason });
    expect(registered()).toEqual([]);
  });

  it("may bind ten contacts of a user, and no more", async () => {
    const contacts = (count: number) => Array.from({ length: count }, (_, index) => `<sip:alice@192.0.2.${index}>`);
    expect(await register({ contact: contacts(11) })).toMatchObject({ status: 403, reason: "Too Many Contacts" });
    expect((await register({ contact: contacts(10) })).status).toBe(200);
    expect(await register({ contact: `<${DESK}>` })).toMatchObject({ status: 403 });
    expect(registered()).toHaveLength(10);
    expect((await register({ contact: [`${contacts(1)[0]};expires=0`, `<${DESK}>`] })).status).toBe(200);
  });
});

describe("a REGISTER with Contact * (RFC 3261 §10.3 step 6)", () => {
  it("and Expires 0 removes all bindings of the user, and only those", async () => {
    await register({ contact: [`<${DESK}>`, `<${CELL}>`] });
    await registrar.register(registerRequest({ contact: "<sip:bob@192.0.2.5>" }), { ...AOR, user: "bob" }, FLOW);
    expect(await contactsOf(register({ contact: "*", expires: "0" }))).toEqual([]);
    expect(registrar.list().map(({ user }) => user)).toEqual(["bob"]);
    expect(store.rows.map(({ user }) => user)).toEqual(["bob"]);
  });

  it.each([
    ["Expires 60", { contact: "*", expires: "60" }],
    ["no Expires", { contact: "*" }],
    ["another Contact beside it", { contact: ["*", `<${CELL}>`], expires: "0" }],
  ])("is refused with %s, and changes nothing", async (_, fields) => {
    await register({ contact: `<${DESK}>` });
    expect((await register(fields)).status).toBe(400);
    expect(registered()).toEqual([DESK]);
  });
});

describe("the order of requests (RFC 3261 §10.3 step 7)", () => {
  it.each([
    ["the same", 5],
    ["a lower", 4],
  ])("a REGISTER with %s CSeq in the same Call-ID fails and changes nothing", async (_, number) => {
    await register({ contact: [`<${DESK}>;expires=600`], cseq: 5 });
    for (const contact of [`<${DESK}>;expires=0`, "*"]) {
      const answer = await register({ contact: [contact], expires: "0", cseq: number });
      expect(answer).toMatchObject({ status: 500, reason: "CSeq Out Of Order", changes: [] });
    }
    const mixed = await register({ contact: [`<${CELL}>`, `<${DESK}>`], cseq: number });
    expect(mixed.status).toBe(500);
    expect(await contactsOf(register({}))).toEqual([`<${DESK}>;expires=600`]);
  });

  it("replaces the same contact under another Call-ID, as after a restart of the phone", async () => {
    await register({ contact: `<${DESK}>`, callId: "before", cseq: 90 });
    const again = "<SIP:alice@198.51.100.7:5060;lr>";
    expect(await contactsOf(register({ contact: again, callId: "after", cseq: 1 }))).toEqual([
      "<SIP:alice@198.51.100.7:5060;lr>;expires=300",
    ]);
    expect(changes).toEqual([`registered ${DESK}`, "refreshed SIP:alice@198.51.100.7:5060;lr"]);
  });
});

describe("the look-up of contacts", () => {
  it("gives the highest q first, and of equals the newest", async () => {
    await register({ contact: "<sip:old@192.0.2.1>;q=0.5" });
    clock.advance(10);
    await register({ contact: "<sip:best@192.0.2.2>" });
    clock.advance(10);
    await register({ contact: "<sip:new@192.0.2.3>;q=0.5" });
    expect(registered()).toEqual(["sip:best@192.0.2.2", "sip:new@192.0.2.3", "sip:old@192.0.2.1"]);
    expect(registrar.lookup("example.com", "bob")).toEqual([]);
    expect(registrar.lookup("example.net", "alice")).toEqual([]);
  });

  it("gives nothing that has run out, from the very moment", async () => {
    await register({ contact: [`<${DESK}>;expires=60`, `<${CELL}>;expires=90`] });
    clock.advance(59_999);
    expect(registered()).toHaveLength(2);
    clock.advance(1);
    expect(registered()).toEqual([CELL]);
    expect(registrar.list().map(({ contact }) => contact)).toEqual([CELL]);
    expect(await contactsOf(register({}))).toEqual([`<${CELL}>;expires=30`]);
  });

  it("clears away what has run out, tells so once, and stops its timer", async () => {
    await register({ contact: [`<${DESK}>;expires=60`, `<${CELL}>;expires=90`] });
    expect(clock.pending).toBe(1);
    clock.advance(70_000);
    expect(changes.slice(2)).toEqual([`unregistered ${DESK}`]);
    await Promise.resolve();
    expect(store.rows.map(({ contact }) => contact)).toEqual([CELL]);
    clock.advance(30_000);
    expect(changes.slice(2)).toEqual([`unregistered ${DESK}`, `unregistered ${CELL}`]);
    expect(clock.pending).toBe(0);
  });

  it("tells of what has run out before it comes back", async () => {
    await register({ contact: `<${DESK}>;expires=61` });
    clock.advance(61_000);
    await register({ contact: `<${DESK}>` });
    expect(changes).toEqual([`registered ${DESK}`, `unregistered ${DESK}`, `registered ${DESK}`]);
  });
});

describe("the store behind the registrar", () => {
  it("has committed before the phone gets its answer, while calls reach the phone at once", async () => {
    const answer = register({ contact: `<${DESK}>` });
    expect(registered()).toEqual([DESK]);
    expect(store.writes).toBe(0);
    await answer;
    expect(store.rows).toHaveLength(1);
  });

  it("may be away: phones register all the same, with a warning", async () => {
    store.broken = true;
    expect(await contactsOf(register({ contact: `<${DESK}>` }))).toEqual([`<${DESK}>;expires=300`]);
    expect(registered()).toEqual([DESK]);
    expect(warnings).toEqual(["Registrations could not be stored; they are lost if the switch stops now"]);
    store.broken = false;
    await register({ contact: `<${CELL}>` });
    expect(store.rows).toHaveLength(2);
  });

  it("brings the bindings back after a restart, but not those that have run out", async () => {
    await register({ contact: [`<${DESK}>;expires=60`, `<${CELL}>;expires=600`] });
    clock.advance(60_000);
    registrar = createRegistrar();
    await registrar.load();
    expect(registered()).toEqual([CELL]);
    const stale = await register({ contact: `<${CELL}>`, cseq: 1 });
    expect(stale.status).toBe(500);
  });
});

describe("the administration of registrations", () => {
  it("shows and removes the bindings of its domain", async () => {
    await register({ contact: `<${DESK}>`, expires: "60" });
    await registrar.register(registerRequest({ contact: `<${CELL}>` }), { domain: "example.net", user: "alice" }, FLOW);
    const admin = new Registrations(registrar, "example.com");
    const view = {
      user: "alice",
      domain: "example.com",
      contact: DESK,
      source: "198.51.100.7:40000",
      transport: "udp",
      q: 1,
      userAgent: "Desk Phone 1.0",
      instance: null,
      regId: null,
      path: [],
      gruu: null,
      registeredAt: "2026-01-01T00:00:00.000Z",
      expiresAt: "2026-01-01T00:01:00.000Z",
    };
    expect(admin.list()).toEqual([view]);
    expect(admin.list("alice")).toEqual([view]);
    expect(admin.list("bob")).toEqual([]);
    expect(await admin.remove("bob")).toBe(false);
    expect(await admin.remove("alice")).toBe(true);
    expect(admin.list()).toEqual([]);
    expect(store.rows.map(({ domain }) => domain)).toEqual(["example.net"]);
    expect(changes.at(-1)).toBe(`unregistered ${DESK}`);
  });
});
