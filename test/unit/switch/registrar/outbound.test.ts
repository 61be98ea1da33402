import { describe, expect, it } from "vitest";
import type { Flow } from "../../../../runtime/sip/transport/flow.ts";
import { contactGroups } from "../../../../runtime/switch/contact-branches.ts";
import { DOMAIN, FLOW, flowContact, INSTANCE, OTHER_INSTANCE, Registering, valuesOf } from "./registering.ts";

const URI = "sip:alice@10.0.0.5:5060";
const OUTBOUND = "path, outbound";
const FIRST: Flow = { ...FLOW, transport: "tcp", connection: 1 };
const SECOND: Flow = { ...FLOW, transport: "tcp", remotePort: 40_002, connection: 2 };

function register(world: Registering, regId: number, flow = FIRST, over: { callId?: string; cseq?: number } = {}) {
  return world.register({ contact: flowContact(URI, regId), supported: OUTBOUND, ...over }, flow);
}

describe("a phone that keeps several flows (RFC 5626 §6)", () => {
  it("is told that they are several, and how often to send something", async () => {
    const world = new Registering();
    const answer = await register(world, 1);
    expect(answer.status).toBe(200);
    expect(valuesOf(answer, "Require")).toEqual(["outbound"]);
    expect(valuesOf(answer, "Flow-Timer")).toEqual(["120"]);
    expect(valuesOf(answer, "Contact")[0]).toBe(`<${URI}>;expires=300;+sip.instance="<${INSTANCE}>";reg-id=1`);
    const datagrams = await world.register({ contact: flowContact(URI, 1), supported: "outbound" });
    expect(valuesOf(datagrams, "Flow-Timer")).toEqual(["25"]);
  });

  it("has both, though they have the same URI; the same number again replaces the old flow", async () => {
    const world = new Registering();
    await register(world, 1);
    await register(world, 2, SECOND);
    expect(
      world.registrar
        .lookup(DOMAIN, "alice")
        .map(({ regId }) => regId)
        .sort(),
    ).toEqual([1, 2]);
    const third = { ...SECOND, remotePort: 40_003, connection: 3 };
    await register(world, 2, third, { callId: "another" });
    const rows = world.registrar.lookup(DOMAIN, "alice");
    expect(rows.map(({ regId, connection }) => [regId, connection]).sort()).toEqual([
      [1, 1],
      [2, 3],
    ]);
  });

  it("may change its URI and stays the same flow", async () => {
    const world = new Registering();
    await register(world, 1);
    await world.register({ contact: flowContact("sip:alice@10.0.0.6:5062", 1), supported: OUTBOUND }, FIRST);
    expect(world.contacts()).toEqual(["sip:alice@10.0.0.6:5062"]);
  });

  it("takes one flow away and keeps the other", async () => {
    const world = new Registering();
    await register(world, 1);
    await register(world, 2, SECOND);
    await world.register({ contact: `${flowContact(URI, 1)};expires=0`, supported: OUTBOUND }, FIRST);
    expect(world.registrar.lookup(DOMAIN, "alice").map(({ regId }) => regId)).toEqual([2]);
  });

  it("is not confused with another device, or another user's", async () => {
    const world = new Registering();
    await register(world, 1);
    await world.register(
      { contact: flowContact("sip:alice@10.0.0.9", 1, OTHER_INSTANCE), supported: OUTBOUND },
      SECOND,
    );
    await world.register({ user: "bob", contact: flowContact("sip:bob@10.0.0.5", 1), supported: OUTBOUND }, SECOND);
    expect(world.contacts()).toHaveLength(2);
    expect(world.contacts("bob")).toHaveLength(1);
  });

  it.each([
    ["says nothing of outbound", { supported: "path" }],
    ["names no device", { supported: OUTBOUND, contact: `<${URI}>;reg-id=1` }],
    ["gives no number", { supported: OUTBOUND, contact: `<${URI}>;+sip.instance="<${INSTANCE}>"` }],
  ])("registers without where it %s", async (_, parts) => {
    const world = new Registering();
    const answer = await world.register({ contact: flowContact(URI, 1), ...parts }, FIRST);
    expect(answer.status).toBe(200);
    expect(valuesOf(answer, "Require")).toEqual([]);
    expect(world.registrar.lookup(DOMAIN, "alice")[0]?.regId).toBeNull();
  });

  it.each(["0", "2147483648", "-1", "one", ""])("is refused with the number %j", async (regId) => {
    const contact = `<${URI}>;+sip.instance="<${INSTANCE}>";reg-id=${regId === "" ? '""' : regId}`;
    expect((await new Registering().register({ contact, supported: OUTBOUND }, FIRST)).status).toBe(400);
  });

  it("registers one flow by one request", async () => {
    const world = new Registering();
    const contact = [flowContact(URI, 1), flowContact("sip:alice@10.0.0.6", 2)];
    expect((await world.register({ contact, supported: OUTBOUND }, FIRST)).status).toBe(400);
    expect(world.contacts()).toEqual([]);
  });

  it("is told with 439 where the proxy next to it does not know of flows", async () => {
    const world = new Registering();
    const contact = flowContact(URI, 1);
    const edge = { contact, supported: OUTBOUND, path: ["<sip:198.51.100.7;lr>"] };
    expect(await world.register(edge)).toMatchObject({ status: 439, reason: "First Hop Lacks Outbound Support" });
    const hidden = { contact, supported: OUTBOUND, vias: ["198.51.100.7", "10.0.0.5"] };
    expect((await world.register(hidden)).status).toBe(439);
    const speaking = { ...edge, path: ["<sip:198.51.100.7;lr>", "<sip:10.0.0.1;lr;ob>"] };
    const answer = await world.register(speaking);
    expect(valuesOf(answer, "Require")).toEqual(["outbound"]);
    // The proxy says itself how long it waits.
    expect(valuesOf(answer, "Flow-Timer")).toEqual([]);
  });
});

describe("a connection that closes", () => {
  it("takes the flows that hung on it away, and no other", async () => {
    const world = new Registering();
    await register(world, 1);
    await register(world, 2, SECOND);
    world.registrar.flowClosed(FIRST);
    expect(world.registrar.lookup(DOMAIN, "alice").map(({ regId }) => regId)).toEqual([2]);
    expect(world.changes.at(-1)).toBe(`unregistered ${URI} (flow)`);
    expect(world.rows.map(({ regId }) => regId)).toEqual([2]);
  });

  it("is none of another transport with the same number", async () => {
    const world = new Registering();
    await register(world, 1);
    world.registrar.flowClosed({ ...FIRST, transport: "ws" });
    expect(world.contacts()).toHaveLength(1);
  });

  it("takes a phone behind a NAT away, and leaves one that can be connected to", async () => {
    const world = new Registering();
    const reachable = `sip:alice@${FLOW.remoteAddress}:5062;transport=tcp`;
    await world.register({ contact: `<${URI};transport=tcp>` }, FIRST);
    await world.register({ contact: `<${reachable}>` }, FIRST);
    world.registrar.flowClosed(FIRST);
    expect(world.contacts()).toEqual([reachable]);
    const [group] = contactGroups("alice", world.registrar.lookup(DOMAIN, "alice"));
    expect(group?.[0]?.hop).toEqual({ type: "uri", uri: reachable });
  });

  it("takes a browser away, wherever it is", async () => {
    const world = new Registering();
    const flow = { ...FIRST, transport: "wss" } as const;
    await world.register({ contact: `<sip:alice@${FLOW.remoteAddress};transport=ws>` }, flow);
    world.registrar.flowClosed(flow);
    expect(world.contacts()).toEqual([]);
  });
});

describe("the branches of a call to a user", () => {
  it("are one for a device, the newest flow first, with its others in reserve", async () => {
    const world = new Registering();
    await register(world, 1);
    world.clock.advance(10);
    await register(world, 2, SECOND);
    await world.register({ contact: "<sip:alice@203.0.113.1>" });
    const groups = contactGroups("alice", world.registrar.lookup(DOMAIN, "alice"));
    expect(groups).toHaveLength(1);
    const branches = groups[0] ?? [];
    expect(branches.map(({ uri }) => uri).sort()).toEqual(["sip:alice@10.0.0.5:5060", "sip:alice@203.0.113.1"]);
    const device = branches.find(({ uri }) => uri === URI);
    expect(device?.hop).toMatchObject({ type: "flow", flow: { connection: 2 } });
    expect(device?.spares?.map(({ hop }) => hop)).toMatchObject([{ type: "flow", flow: { connection: 1 } }]);
  });

  it("ring one device once, also where its flows have different q", async () => {
    const world = new Registering();
    await world.register({ contact: `${flowContact(URI, 1)};q=0.5`, supported: OUTBOUND }, FIRST);
    await register(world, 2, SECOND);
    const groups = contactGroups("alice", world.registrar.lookup(DOMAIN, "alice"));
    expect(groups.map((group) => group.length)).toEqual([1]);
    expect(groups[0]?.[0]?.spares).toHaveLength(1);
  });

  it("leave out whom nothing leads to any more, as after a restart", async () => {
    const world = new Registering();
    await world.register({ contact: `<${URI};transport=tcp>` }, FIRST);
    const rows = world.registrar.lookup(DOMAIN, "alice").map((row) => ({ ...row, connection: 0 }));
    expect(contactGroups("alice", rows)).toEqual([]);
  });
});
