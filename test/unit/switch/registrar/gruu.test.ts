import { describe, expect, it } from "vitest";
import { parseUri, type SipUri } from "../../../../runtime/sip/message/uri.ts";
import { Gruus } from "../../../../runtime/switch/registrar/gruu.ts";
import { DOMAIN, INSTANCE, OTHER_INSTANCE, paramOf, Registering, valuesOf } from "./registering.ts";

const contact = `<sip:alice@198.51.100.7:5060>;+sip.instance="<${INSTANCE}>"`;
const other = `<sip:alice@203.0.113.8:5060>;+sip.instance="<${OTHER_INSTANCE}>"`;

function uriOf(text: string | undefined): SipUri {
  const uri = parseUri(text ?? "");
  if (uri?.kind !== "sip") throw new Error(`no SIP URI: ${text}`);
  return uri;
}

async function gruusOf(world: Registering, parts: { callId?: string; contact?: string } = {}) {
  const answer = await world.register({ contact, supported: "gruu", ...parts });
  const [value] = valuesOf(answer, "Contact").filter((one) => one.includes(parts.contact ?? contact.slice(0, 30)));
  return { pub: paramOf(value, "pub-gruu"), temp: paramOf(value, "temp-gruu") };
}

/** The contacts that a GRUU leads to. */
function leadsTo(world: Registering, gruu: string | undefined): readonly string[] | null | undefined {
  const device = world.registrar.gruus.read(uriOf(gruu), DOMAIN);
  if (device === null || device === undefined) return device;
  const rows = world.registrar.lookup(DOMAIN, device.user);
  return world.registrar.gruus.bindingsOf(device, rows).map((row) => row.contact);
}

describe("a phone that asks for a GRUU (RFC 5627 §5)", () => {
  it("gets a public one that stays the same, and a new temporary one each time", async () => {
    const world = new Registering();
    const first = await gruusOf(world);
    const second = await gruusOf(world);
    expect(first.pub).toMatch(/^sip:alice@example\.com;gr=[\w-]+\.[\w-]+$/);
    expect(second.pub).toBe(first.pub);
    expect(first.temp).toMatch(/^sip:tgruu\.[\w-]+@example\.com;gr$/);
    expect(second.temp).not.toBe(first.temp);
    expect((await gruusOf(world, { callId: "after-a-restart" })).pub).toBe(first.pub);
  });

  it("gets none where it does not ask, or does not say which device it is", async () => {
    const world = new Registering();
    const silent = await world.register({ contact });
    expect(valuesOf(silent, "Contact")[0]).not.toContain("gruu");
    const nameless = await world.register({ contact: "<sip:alice@203.0.113.1>", supported: "gruu" });
    expect(valuesOf(nameless, "Contact").find((value) => value.includes("203.0.113.1"))).not.toContain("gruu");
  });

  it("finds in it our domain as it has written it itself", async () => {
    const world = new Registering();
    const answer = await world.register({ contact, supported: "gruu", to: "sip:alice@192.0.2.1:5080" });
    expect(paramOf(valuesOf(answer, "Contact")[0], "pub-gruu")).toMatch(/^sip:alice@192\.0\.2\.1:5080;gr=/);
  });

  it("is reached by it alone, of all phones of the user", async () => {
    const world = new Registering();
    const { pub, temp } = await gruusOf(world);
    await world.register({ contact: other });
    expect(leadsTo(world, pub)).toEqual(["sip:alice@198.51.100.7:5060"]);
    expect(leadsTo(world, temp)).toEqual(["sip:alice@198.51.100.7:5060"]);
  });

  it("keeps its temporary ones until its Call-ID changes", async () => {
    const world = new Registering();
    const first = await gruusOf(world);
    const second = await gruusOf(world);
    expect(leadsTo(world, first.temp)).toHaveLength(1);
    expect(leadsTo(world, second.temp)).toHaveLength(1);
    const third = await gruusOf(world, { callId: "after-a-restart" });
    expect(leadsTo(world, first.temp)).toEqual([]);
    expect(leadsTo(world, second.temp)).toEqual([]);
    expect(leadsTo(world, third.temp)).toHaveLength(1);
    expect(leadsTo(world, first.pub)).toHaveLength(1);
  });

  it("is not found by it while it is not registered", async () => {
    const world = new Registering();
    const { pub } = await gruusOf(world);
    await world.registrar.remove(DOMAIN, "alice");
    expect(leadsTo(world, pub)).toEqual([]);
  });
});

describe("a URI with gr", () => {
  it("that we have not given out names nobody", async () => {
    const world = new Registering();
    const { pub = "", temp = "" } = await gruusOf(world);
    const forged = [
      `sip:alice@example.com;gr=${INSTANCE}`,
      "sip:alice@example.com;gr=abc.def",
      "sip:alice@example.com;gr=",
      pub.replace("alice", "bob"),
      `${pub}x`,
      temp.replace("tgruu.", "tgruu.A"),
      temp.replace(/@/, "A@"),
      "sip:tgruu.@example.com;gr",
      `sip:tgruu.${"A".repeat(300)}@example.com;gr`,
      "sip:alice@example.com;gr",
    ];
    for (const uri of forged) expect([uri, leadsTo(world, uri)]).toEqual([uri, null]);
  });

  it("of another domain, or made with another key, names nobody", async () => {
    const world = new Registering();
    const { pub, temp } = await gruusOf(world);
    for (const uri of [pub, temp]) {
      expect(world.registrar.gruus.read(uriOf(uri), "example.net")).toBeNull();
      expect(new Gruus("another key").read(uriOf(uri), DOMAIN)).toBeNull();
      expect(new Gruus("a key").read(uriOf(uri), DOMAIN)).toMatchObject({ user: "alice" });
    }
  });

  it("is told apart from one without", () => {
    expect(new Gruus("a key").read(uriOf("sip:alice@example.com;transport=tcp"), DOMAIN)).toBeUndefined();
  });
});
