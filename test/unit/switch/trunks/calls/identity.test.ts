import { describe, expect, it } from "vitest";
import type { TrunkDeclaration } from "../../../../../runtime/contract/trunk.ts";
import { outgoingIdentity } from "../../../../../runtime/switch/trunks/outgoing-identity.ts";
import { toTrunk } from "../../../../../runtime/switch/trunks/trunk.ts";
import { forward } from "../../../../../sdk/index.ts";
import { DOMAIN } from "../../call/world.ts";
import { CarrierWorld, NUMBER } from "./carriers.ts";

const GATEWAY = "sip:gw.example.net:5080";
const CALLER = '"Alice" <sip:+4989123@example.com>';
const EXTENSION = '"Alice" <sip:100@example.com>';
const ANONYMOUS = '"Anonymous" <sip:anonymous@anonymous.invalid>';
const plan = { toE164: () => null, toNational: (number: string) => number.replace("+49", "0") };

function shown(
  declaration: Partial<TrunkDeclaration>,
  from: string,
  more: { isPrivate?: boolean; asserted?: string } = {},
) {
  const trunk = toTrunk("carrier", { uri: GATEWAY, ...declaration }, { home: "example.com", managed: true });
  const { isPrivate = false, asserted = null } = more;
  return outgoingIdentity({ trunk, gateway: GATEWAY, from, asserted, isPrivate, plan });
}

describe("whom a carrier sees", () => {
  const allow = ["+4989*"];
  const account = { username: "4711", password: "x", outgoing: { from: "account" } } as const;
  it.each([
    ["a number as it is", {}, CALLER, {}, '"Alice" <sip:+4989123@gw.example.net>', []],
    ["an extension as it is, where there is no other", {}, EXTENSION, {}, '"Alice" <sip:100@gw.example.net>', []],
    [
      "the default in place of an extension",
      { outgoing: { callerId: { default: "+49891" } } },
      EXTENSION,
      {},
      '"Alice" <sip:+49891@gw.example.net>',
      [],
    ],
    [
      "the default in place of a number that is not allowed",
      { outgoing: { callerId: { allow: ["+4930*"], default: "+49301" } } },
      CALLER,
      {},
      '"Alice" <sip:+49301@gw.example.net>',
      [],
    ],
    [
      "a number that is allowed, in the form of the called one",
      { country: "DE", outgoing: { number: "national", callerId: { allow, default: "+49891" } } },
      CALLER,
      {},
      '"Alice" <sip:089123@gw.example.net>',
      [],
    ],
    [
      "a number in a form of its own, at a host of its own",
      { outgoing: { callerId: { form: "digits" }, host: "example.org" } },
      CALLER,
      {},
      '"Alice" <sip:4989123@example.org>',
      [],
    ],
    [
      "the account, and the caller as preferred",
      account,
      CALLER,
      {},
      '"Alice" <sip:4711@gw.example.net>',
      [["P-Preferred-Identity", '"Alice" <sip:+4989123@gw.example.net>']],
    ],
    [
      "the caller as asserted, where it is trusted",
      { trust: true },
      CALLER,
      {},
      '"Alice" <sip:+4989123@gw.example.net>',
      [["P-Asserted-Identity", '"Alice" <sip:+4989123@gw.example.net>']],
    ],
    [
      "whom somebody we trust has asserted",
      { trust: true },
      ANONYMOUS,
      { asserted: '"Erika" <sip:+49171@carrier.example>' },
      ANONYMOUS,
      [["P-Asserted-Identity", '"Erika" <sip:+49171@gw.example.net>']],
    ],
    [
      "nobody, where the caller hides and it is not trusted",
      {},
      CALLER,
      { isPrivate: true },
      ANONYMOUS,
      [["Privacy", "id"]],
    ],
    [
      "nobody in From, but who it is, where it is trusted",
      { trust: true },
      CALLER,
      { isPrivate: true },
      ANONYMOUS,
      [
        ["P-Asserted-Identity", '"Alice" <sip:+4989123@gw.example.net>'],
        ["Privacy", "id"],
      ],
    ],
    ["nobody, where nobody is known", {}, ANONYMOUS, {}, ANONYMOUS, []],
    [
      "the default, where nobody is known",
      { outgoing: { callerId: { default: "+49891" } } },
      ANONYMOUS,
      {},
      '"Anonymous" <sip:+49891@gw.example.net>',
      [],
    ],
  ] as const)("is %s", (_what, declaration, from, more, wanted, fields) => {
    expect(shown(declaration as Partial<TrunkDeclaration>, from, more)).toEqual({ from: wanted, fields });
  });
});

describe("what a call takes to a carrier", () => {
  function offered(trust: boolean, options: Parameters<typeof forward>[1] = {}, fields: [string, string][] = []) {
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER, options) },
      trunks: { carrier: { uri: "sip:198.51.100.1", trust } },
    });
    const gateway = world.gateway("198.51.100.1");
    world.phone("carol").invite(`sip:100@${DOMAIN}`, { from: '"Carol" <sip:+4940555@elsewhere.example>', fields });
    world.run(100);
    return gateway.take("INVITE");
  }

  it("is the caller id of the decision, by the rules of the trunk", () => {
    const request = offered(true, { callerId: "+4989100", callerName: "Sales" });
    expect(request.header("From")).toMatch(/^"Sales" <sip:\+4989100@198\.51\.100\.1>/);
    expect(request.header("P-Asserted-Identity")).toBe('"Sales" <sip:+4989100@198.51.100.1>');
  });

  it.each([
    ["the decision says so", { privacy: true }, []],
    ["the caller has asked for it", {}, [["Privacy", "id"]]],
  ] as const)("is nothing of the caller where %s", (_why, options, fields) => {
    const request = offered(
      false,
      options,
      fields.map(([name, value]) => [name, value]),
    );
    expect(request.header("From")).toMatch(/^"Anonymous" <sip:anonymous@anonymous\.invalid>/);
    expect(request.headers("Privacy")).toEqual(["id"]);
    expect(request.text).not.toContain("4940555");
    const trusted = offered(
      true,
      options,
      fields.map(([name, value]) => [name, value]),
    );
    expect(trusted.header("P-Asserted-Identity")).toContain("+4940555");
  });

  it("is nothing that a stranger, or a script, asserts to a carrier that is not trusted", () => {
    const claimed: [string, string][] = [
      ["P-Asserted-Identity", "<sip:president@example.com>"],
      ["Remote-Party-ID", "<sip:president@example.com>"],
    ];
    expect(offered(false, {}, claimed).text).not.toContain("president");
    expect(offered(true, {}, claimed).text).not.toContain("president");
    const headers = { "P-Asserted-Identity": "<sip:desk@example.com>" };
    expect(offered(false, { headers }).text).not.toContain("desk");
    expect(offered(true, { headers }).headers("P-Asserted-Identity")).toEqual(["<sip:desk@example.com>"]);
  });

  it("is anonymous for a phone of ours as well, where the decision hides the caller", () => {
    const world = new CarrierWorld({ script: { invite: () => forward("bob", { privacy: true }) }, trunks: {} });
    const bob = world.registered("bob");
    world.phone("carol").invite(`sip:100@${DOMAIN}`);
    world.run(100);
    const request = bob.take("INVITE");
    expect([request.header("From").split(";")[0], request.header("Privacy")]).toEqual([ANONYMOUS, "id"]);
  });
});
