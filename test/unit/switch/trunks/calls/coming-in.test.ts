import { describe, expect, it } from "vitest";
import { forward } from "../../../../../sdk/index.ts";
import type { CallInput } from "../../call/scripted.ts";
import { DOMAIN } from "../../call/world.ts";
import { CarrierWorld, type CarrierWorldOptions, NUMBER } from "./carriers.ts";

interface Seen extends CallInput {
  readonly trunk: string | null;
  readonly number: string | null;
  readonly identity: { readonly user: string; readonly name: string } | null;
}

const CARRIER = { uri: "sip:198.51.100.1", country: "DE" } as const;

function world(options: Partial<CarrierWorldOptions> = {}) {
  const calls: Seen[] = [];
  const made = new CarrierWorld({
    trunks: { carrier: CARRIER },
    route: { public: false, trunk: "carrier" },
    script: {
      invite: (call) => {
        calls.push(call as Seen);
        return forward("bob");
      },
    },
    ...options,
  });
  return { world: made, gateway: made.gateway("198.51.100.1"), calls };
}

describe("a call from a trunk", () => {
  it("is known by its source: the route names the trunk, and both numbers are E.164 for the script and the phone", () => {
    const { world: w, gateway, calls } = world();
    const bob = w.registered("bob");
    gateway.invite("sip:030123456@192.0.2.1:5060", { from: '"Erika" <sip:0171234567@198.51.100.1>' });
    w.run(100);
    expect(calls[0]).toMatchObject({
      trunk: "carrier",
      number: NUMBER,
      to: { user: NUMBER, host: DOMAIN },
      from: { uri: "sip:+49171234567@198.51.100.1", name: "Erika" },
      user: null,
      identity: null,
    });
    const offered = bob.take("INVITE");
    expect(offered.header("From")).toMatch(/^"?Erika"? <sip:\+49171234567@198\.51\.100\.1>;tag=/);
    bob.answer(offered, 486);
    w.run(100);
    expect(w.observer.cdrs[0]).toMatchObject({ trunk: "carrier", to: `sip:${NUMBER}@${DOMAIN}` });
  });

  it("may name any host in its Request-URI, which a stranger may not", () => {
    const { world: w, gateway, calls } = world();
    gateway.invite("sip:030123456@carrier.example");
    w.run(100);
    expect(calls[0]?.number).toBe(NUMBER);
    const stranger = w.phone("mallory");
    stranger.invite("sip:030123456@carrier.example");
    w.run(100);
    stranger.take("403 INVITE");
  });

  it("takes no route of another trunk", () => {
    const { world: w, gateway } = world({ route: { trunk: "other" } });
    gateway.invite("sip:030123456@192.0.2.1");
    w.run(100);
    gateway.take("404 INVITE");
  });

  it("is known by the Contact of its registration, which nobody can guess, and has its number in To", () => {
    const { world: w, calls } = world({
      trunks: { carrier: { ...CARRIER, username: "me", password: "pw", register: true } },
    });
    const elsewhere = w.phone("elsewhere");
    const contact = w.trunks?.trunks.byName("carrier")?.registration?.contactUser ?? "";
    expect(contact).toMatch(/^trunk-carrier-[\w-]{10}$/);
    elsewhere.invite(`sip:${contact}@192.0.2.1:5060`, { to: "<sip:030123456@carrier.example>" });
    w.run(100);
    expect(calls[0]).toMatchObject({ trunk: "carrier", number: NUMBER });
    elsewhere.invite("sip:trunk-carrier@192.0.2.1:5060");
    w.run(100);
    elsewhere.take("404 INVITE");
  });

  it("that names a user of ours in From has to prove it, unless the trunk is trusted", () => {
    const from = `<sip:alice@${DOMAIN}>`;
    const { world: w, gateway } = world();
    gateway.invite("sip:030123456@192.0.2.1", { from });
    w.run(100);
    gateway.take("407 INVITE");
    const trusted = world({ trunks: { carrier: { ...CARRIER, trust: true } } });
    trusted.gateway.invite("sip:030123456@192.0.2.1", { from });
    trusted.world.run(100);
    expect(trusted.calls[0]).toMatchObject({ trunk: "carrier", user: null });
  });

  it("leaves by no trunk, unless the route is public", () => {
    const script = { invite: () => forward("+33123456789") };
    const { world: w, gateway } = world({ script });
    gateway.invite("sip:030123456@192.0.2.1");
    w.run(100);
    gateway.take("403 INVITE");
    const open = world({ script, route: { public: true } });
    open.gateway.invite("sip:030123456@192.0.2.1");
    open.world.run(100);
    open.gateway.take("INVITE");
  });
});

describe("who calls, as a trunk asserts it (RFC 3325)", () => {
  const PAI = '"Erika" <sip:0171234567@carrier.example>';
  const from = '"Anonymous" <sip:anonymous@anonymous.invalid>';

  it("is told to the script and to the phone where the trunk is trusted", () => {
    const { world: w, gateway, calls } = world({ trunks: { carrier: { ...CARRIER, trust: true } } });
    const bob = w.registered("bob");
    gateway.invite("sip:030123456@192.0.2.1", {
      from,
      fields: [
        ["P-Asserted-Identity", PAI],
        ["P-Asserted-Identity", "<tel:+49171234567>"],
      ],
    });
    w.run(100);
    expect(calls[0]?.identity).toMatchObject({ user: "+49171234567", name: "Erika" });
    expect(bob.take("INVITE").headers("P-Asserted-Identity")).toEqual(['"Erika" <sip:+49171234567@carrier.example>']);
  });

  it("is not believed from others, and goes to nobody", () => {
    const { world: w, gateway, calls } = world();
    const bob = w.registered("bob");
    gateway.invite("sip:030123456@192.0.2.1", {
      from,
      fields: [
        ["P-Asserted-Identity", PAI],
        ["P-Preferred-Identity", PAI],
      ],
    });
    w.run(100);
    expect(calls[0]?.identity).toBeNull();
    expect(bob.take("INVITE").text).not.toMatch(/P-(Asserted|Preferred)-Identity/i);
  });

  it("goes to no phone where the caller wants privacy", () => {
    const { world: w, gateway, calls } = world({ trunks: { carrier: { ...CARRIER, trust: true } } });
    const bob = w.registered("bob");
    gateway.invite("sip:030123456@192.0.2.1", {
      from,
      fields: [
        ["P-Asserted-Identity", PAI],
        ["Privacy", "id"],
      ],
    });
    w.run(100);
    expect(bob.take("INVITE").text).not.toContain("171234567");
    expect(calls[0]?.identity).toMatchObject({ user: "+49171234567" });
  });
});
