import { describe, expect, it } from "vitest";
import { reachOf } from "../../../../runtime/switch/reach.ts";
import { DOMAIN, FLOW, Registering, valuesOf } from "./registering.ts";

const CONTACT = "sip:alice@10.0.0.5:5060";
const EDGE = "<sip:198.51.100.7:5070;lr>";
const INNER = '"inner" <sip:10.0.0.1;lr>';

describe("a REGISTER that has come through proxies (RFC 3327)", () => {
  it("gets its Path back, in order, and requests to the contact take it as their Route", async () => {
    const world = new Registering();
    const answer = await world.register({ contact: `<${CONTACT}>`, supported: "path", path: [`${EDGE}, ${INNER}`] });
    expect(answer.status).toBe(200);
    expect(valuesOf(answer, "Path")).toEqual([`${EDGE}, ${INNER}`]);
    const [row] = world.registrar.lookup(DOMAIN, "alice");
    expect(row === undefined ? undefined : reachOf(row)).toEqual({
      uri: CONTACT,
      hop: { type: "uri", uri: "sip:198.51.100.7:5070;lr" },
      route: [EDGE, INNER],
    });
  });

  it("takes the Path of the last REGISTER, and none where that came directly", async () => {
    const world = new Registering();
    await world.register({ contact: `<${CONTACT}>`, supported: "path", path: [EDGE] });
    const answer = await world.register({ contact: `<${CONTACT}>` });
    expect(valuesOf(answer, "Path")).toEqual([]);
    expect(world.registrar.lookup(DOMAIN, "alice")[0]?.path).toEqual([]);
  });

  it("is refused with 420 where the phone does not know Path", async () => {
    const world = new Registering();
    const answer = await world.register({ contact: `<${CONTACT}>`, path: [EDGE] });
    expect(answer).toMatchObject({ status: 420, fields: [["Unsupported", "path"]] });
    expect(world.contacts()).toEqual([]);
  });

  it("may say that it knows Path in Require", async () => {
    const world = new Registering();
    const fields = ["Require: path"];
    expect((await world.register({ contact: `<${CONTACT}>`, path: [EDGE], fields })).status).toBe(200);
  });

  it.each([
    ["no loose router", "<sip:198.51.100.7:5070>", 400, "Malformed Path"],
    ["no SIP URI", "<tel:+15551234>", 400, "Malformed Path"],
    ["no URI at all", "<>", 400, "Malformed Path"],
    ["another host than it came from", "<sip:victim.example;lr>", 403, "Path Of Another Host"],
  ])("is refused where its Path is %s", async (_, path, status, reason) => {
    const world = new Registering();
    const answer = await world.register({ contact: `<${CONTACT}>`, supported: "path", path: [path] });
    expect(answer).toMatchObject({ status, reason });
    expect(world.contacts()).toEqual([]);
  });

  it("may name any host where it comes from an edge of ours", async () => {
    const world = new Registering({ isEdge: (address) => address === FLOW.remoteAddress });
    const path = ["<sip:edge.example.com;lr>"];
    expect((await world.register({ contact: `<${CONTACT}>`, supported: "path", path })).status).toBe(200);
  });

  it("is refused where proxies in a row never end", async () => {
    const world = new Registering();
    const path = [EDGE, ...Array.from({ length: 10 }, (_, index) => `<sip:10.0.0.${index};lr>`)];
    expect(await world.register({ contact: `<${CONTACT}>`, supported: "path", path })).toMatchObject({
      status: 400,
      reason: "Too Long A Path",
    });
  });

  it("stays when a connection of its proxy closes: another one leads there as well", async () => {
    const world = new Registering();
    const flow = { ...FLOW, transport: "tcp", connection: 4 } as const;
    await world.register({ contact: `<${CONTACT}>`, supported: "path", path: [EDGE] }, flow);
    world.registrar.flowClosed(flow);
    expect(world.contacts()).toEqual([CONTACT]);
  });
});

describe("Service-Route (RFC 3608)", () => {
  it("is given only where the switch is told to", async () => {
    const plain = await new Registering().register({ contact: `<${CONTACT}>` });
    expect(valuesOf(plain, "Service-Route")).toEqual([]);
    const told = new Registering({ serviceRouteOf: ({ localAddress }) => `<sip:${localAddress};lr>` });
    const answer = await told.register({ contact: `<${CONTACT}>` });
    expect(valuesOf(answer, "Service-Route")).toEqual(["<sip:192.0.2.1;lr>"]);
  });
});
