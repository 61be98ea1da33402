import { describe, expect, it } from "vitest";
import type { SipText } from "../../../../../runtime/simulator/network/sip-text.ts";
import { digestResponse, hashCredentials } from "../../../../../runtime/sip/auth/digest.ts";
import { contactUserOf } from "../../../../../runtime/switch/trunks/trunk.ts";
import { friendly, type Manner, NOTHING_LEFT, silent, World } from "../world.ts";

const URI = "sip:198.51.100.1";
const OWN = `${contactUserOf("carrier", "secret")}@192.0.2.1:5060`;
const TRUNK = { uri: URI, username: "4711", password: "secret", register: true, probe: false } as const;

/** A value of Authorization, taken apart without our parser. */
function paramOf(header: string, name: string): string {
  return new RegExp(`[ ,]${name}="?([^",]*)`).exec(header)?.[1] ?? "";
}

function isRight(
  request: SipText,
  password = "secret",
  algorithm: "MD5" | "SHA-256" = "MD5",
  header = "Authorization",
) {
  const given = request.header(header);
  const ha1 = hashCredentials(algorithm, "4711", paramOf(given, "realm"), password);
  const expected = digestResponse(ha1, {
    algorithm,
    method: request.method,
    uri: paramOf(given, "uri"),
    nonce: paramOf(given, "nonce"),
    qop: "auth",
    nc: paramOf(given, "nc"),
    cnonce: paramOf(given, "cnonce"),
  });
  return given !== "" && paramOf(given, "uri") === request.uri && paramOf(given, "response") === expected;
}

/** Asks for a password once for each nonce; whoever knows it is taken. */
function careful(password: string, challenges: (nonce: number) => readonly string[]): Manner {
  let nonces = 0;
  return (request, carrier) => {
    if (request.method === "REGISTER" && !isRight(request, password)) {
      const fields = challenges(++nonces).map((value) => ["WWW-Authenticate", value] as const);
      return { status: 401, fields };
    }
    return friendly(request, carrier);
  };
}

const md5 = (nonce: number) => [`Digest realm="net", nonce="n${nonce}", qop="auth"`];

describe("a trunk that registers (RFC 3261 §10.2)", () => {
  it("names itself in Contact, its account in To, and no user in the Request-URI", () => {
    const world = new World();
    const carrier = world.carrier();
    const trunk = world.declare({ ...TRUNK, uri: "sip:someone@198.51.100.1:5060;transport=udp" });
    world.pass(1);
    const request = carrier.last("REGISTER");
    expect(request.uri).toBe("sip:198.51.100.1:5060;transport=udp");
    expect(request.uriOf("To")).toBe("sip:4711@198.51.100.1");
    expect(request.uriOf("From")).toBe("sip:4711@198.51.100.1");
    expect(request.uriOf("Contact")).toBe(`sip:${OWN}`);
    expect(request.header("Expires")).toBe("3600");
    expect(request.header("Supported")).toBe("path");
    expect(world.trunks.status(trunk)).toMatchObject({
      state: "up",
      registrations: [{ state: "registered", registrar: trunk.gateways[0]?.uri, reason: null }],
    });
  });

  it.each([
    ["the host that is declared", { ...TRUNK, outgoing: { host: "carrier.example" } }, "sip:4711@carrier.example"],
    ["that of the account, where it has one", { ...TRUNK, username: "4711@net.example" }, "sip:4711@net.example"],
    ["an escaped user, where that has to be", { ...TRUNK, username: "a b" }, "sip:a%20b@198.51.100.1"],
  ])("registers the address with %s", (_, declaration, to) => {
    const world = new World();
    const carrier = world.carrier();
    world.declare(declaration);
    world.pass(1);
    expect(carrier.last("REGISTER").uriOf("To")).toBe(to);
  });

  it("stays registered: same Call-ID and tag, rising CSeq", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare({ ...TRUNK, register: { expiresSeconds: 60 } });
    world.pass(3600);
    const cseqs = carrier.requests.map(({ cseq }) => cseq);
    expect(cseqs).toEqual(cseqs.map((_, index) => index + 1));
    expect(cseqs).toHaveLength(72);
    expect(new Set(carrier.requests.map((request) => request.header("Call-ID"))).size).toBe(1);
    expect(new Set(carrier.requests.map((request) => request.param("From", "tag"))).size).toBe(1);
    expect(world.told).toEqual([`registered ${URI}`]);
  });

  it("proves who it is, and has the answer ready at the next refresh", () => {
    const world = new World();
    const carrier = world.carrier(careful("secret", md5));
    world.declare({ ...TRUNK, register: { expiresSeconds: 60 } });
    world.pass(1);
    expect(carrier.count("REGISTER")).toBe(2);
    world.pass(55);
    expect(carrier.count("REGISTER")).toBe(3);
    expect(paramOf(carrier.last("REGISTER").header("Authorization"), "nc")).toBe("00000002");
    expect(isRight(carrier.last("REGISTER"))).toBe(true);
  });

  it("answers by SHA-256 where the carrier offers it, whatever stands first (RFC 8760 §2.4)", () => {
    const world = new World();
    const manner: Manner = (request, carrier) => {
      if (isRight(request, "secret", "SHA-256")) return friendly(request, carrier);
      const offers = ["MD5", "SHA-256"].map((name) => `Digest realm="net", nonce="n", qop="auth", algorithm=${name}`);
      return { status: 401, fields: offers.map((value) => ["WWW-Authenticate", value] as const) };
    };
    const carrier = world.carrier(manner);
    world.declare(TRUNK);
    world.pass(1);
    expect(carrier.last("REGISTER").header("Authorization")).toContain("algorithm=SHA-256");
    expect(world.told).toEqual([`registered ${URI}`]);
  });

  it("proves it to a proxy and to the registrar behind it (407, then 401)", () => {
    const world = new World();
    const manner: Manner = (request, carrier) => {
      if (!isRight(request, "secret", "MD5", "Proxy-Authorization")) {
        return { status: 407, fields: [["Proxy-Authenticate", 'Digest realm="edge", nonce="e", qop="auth"']] };
      }
      if (isRight(request)) return friendly(request, carrier);
      return { status: 401, fields: [["WWW-Authenticate", 'Digest realm="net", nonce="n", qop="auth"']] };
    };
    const carrier = world.carrier(manner);
    world.declare(TRUNK);
    world.pass(1);
    expect(carrier.count("REGISTER")).toBe(3);
    expect(world.told).toEqual([`registered ${URI}`]);
  });

  it("does not go round in circles with a wrong password: one try, then a long wait, and somebody is told", () => {
    const world = new World();
    const carrier = world.carrier(careful("another", md5));
    const trunk = world.declare(TRUNK);
    world.pass(599);
    expect(carrier.count("REGISTER")).toBe(2);
    expect(world.news).toEqual([
      { trunk: "carrier", state: "failed", gateway: URI, code: 401, reason: "the registrar answers 401 Answer" },
    ]);
    expect(world.trunks.status(trunk)).toMatchObject({ state: "down", registrations: [{ state: "failed" }] });
    world.pass(3600);
    expect(carrier.count("REGISTER")).toBeLessThanOrEqual(2 * 8);
    expect(world.told).toEqual([`failed ${URI}`]);
    carrier.manner = careful("secret", md5);
    world.pass(700);
    expect(world.told).toEqual([`failed ${URI}`, `registered ${URI}`]);
  });

  it("gives its password to the declared realm alone", () => {
    const world = new World();
    const carrier = world.carrier(careful("secret", md5));
    world.declare({ ...TRUNK, realm: "another" });
    world.pass(5);
    expect(carrier.count("REGISTER")).toBe(1);
    expect(world.told).toEqual([`failed ${URI}`]);
  });

  it.each([
    ["its own Contact", ["<sip:other@203.0.113.9>;expires=5", `<sip:${OWN}>;expires=600`], 600],
    ["its Contact in a list", [`"x, y" <sip:o@203.0.113.9>;expires=5, <sip:${OWN}>;expires=600`], 600],
    ["Expires, where its Contact is written anew", ["<sip:trunk-carrier@203.0.113.1:1024>;expires=5"], 1200],
    ["Expires, where the list cannot be read", ["<<<"], 1200],
    ["Expires, where there is no list", [], 1200],
  ])("keeps the time that the answer gives %s", (_, contacts, seconds) => {
    const world = new World();
    const fields = [["Expires", "1200"] as const, ...contacts.map((value) => ["Contact", value] as const)];
    world.carrier(() => ({ status: 200, fields }));
    const trunk = world.declare(TRUNK);
    world.pass(1);
    const expiresAt = Date.parse(world.trunks.status(trunk).registrations[0]?.expiresAt ?? "");
    expect(Math.round((expiresAt - world.clock.now()) / 1000)).toBeCloseTo(seconds - 1, -1);
  });

  it.each([
    [
      "hundreds of contacts of others",
      () =>
        Array.from({ length: 200 }, (_, n) => ["Contact", `<sip:u${n}@h>;expires=1, <sip:v${n}@h>;expires=2`] as const),
    ],
    ["no Contact at all", () => []],
    ["a Contact that lasts for ever", () => [["Contact", `<sip:${OWN}>;expires=99999999999999999999`] as const]],
    [
      "a Service-Route without end",
      () => [["Service-Route", Array.from({ length: 500 }, () => "<sip:a;lr>").join(",")] as const],
    ],
  ])("is registered by a 200 with %s", (_, fields) => {
    const world = new World();
    world.carrier((request) => (request.method === "REGISTER" ? { status: 200, fields: fields() } : { status: 200 }));
    const trunk = world.declare(TRUNK);
    world.pass(1);
    expect(world.told).toEqual([`registered ${URI}`]);
    expect(world.trunks.serviceRoute(trunk)).toEqual([]);
  });

  it.each([
    ["a 401 without a challenge", { status: 401 }, "failed"],
    [
      "a challenge that cannot be read",
      { status: 401, fields: [["WWW-Authenticate", "Digest ,,,"] as const] },
      "failed",
    ],
    [
      "a challenge of another scheme",
      { status: 401, fields: [["WWW-Authenticate", 'Basic realm="net"'] as const] },
      "failed",
    ],
    ["a 403", { status: 403 }, "failed"],
    ["a 423 without Min-Expires", { status: 423 }, "failed"],
    ["a 423 with an absurd Min-Expires", { status: 423, fields: [["Min-Expires", "4294967296"] as const] }, "failed"],
    ["a 302 that leads nowhere", { status: 302 }, "unregistered"],
    ["a 503", { status: 503 }, "unregistered"],
    [
      "a 503 with an absurd Retry-After",
      { status: 503, fields: [["Retry-After", "99999999999"] as const] },
      "unregistered",
    ],
    ["a 200 that keeps it for no time", { status: 200, fields: [["Expires", "0"] as const] }, "unregistered"],
    ["a 200 that keeps it for a second", { status: 200, fields: [["Expires", "1"] as const] }, "unregistered"],
  ])("survives %s: few requests, one word about it, and it is tried again", (_, reply, state) => {
    const world = new World();
    const carrier = world.carrier(() => reply);
    world.declare(TRUNK);
    world.pass(60);
    expect(carrier.count("REGISTER")).toBeLessThanOrEqual(3);
    expect(world.told).toEqual([`${state} ${URI}`]);
    carrier.manner = friendly;
    world.pass(2000);
    expect(world.told).toEqual([`${state} ${URI}`, `registered ${URI}`]);
  });

  it("survives challenges that never end, each with a realm and a nonce of its own", () => {
    const world = new World();
    let count = 0;
    const carrier = world.carrier(() => ({
      status: 401,
      fields: [["WWW-Authenticate", `Digest realm="r${++count}", nonce="n${count}", stale=true`]],
    }));
    world.declare(TRUNK);
    world.pass(300);
    expect(carrier.count("REGISTER")).toBe(6);
    expect(world.told).toEqual([`failed ${URI}`]);
  });

  it("survives a registrar that never answers, and one whose name nobody knows", async () => {
    const world = new World();
    const carrier = world.carrier(silent);
    world.declare(TRUNK, "mute");
    world.declare({ ...TRUNK, uri: "sip:nowhere.example" }, "lost");
    await world.looksUp();
    world.pass(60);
    expect(carrier.count("REGISTER")).toBe(2);
    expect(world.news).toMatchObject([
      { trunk: "lost", state: "unregistered", code: null, reason: expect.stringContaining("no way to the registrar") },
      { trunk: "mute", state: "unregistered", code: null, reason: "the registrar does not answer" },
    ]);
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });

  it("asks for longer where the carrier wants that, and goes on so (423)", () => {
    const world = new World();
    const carrier = world.carrier((request, self) =>
      Number(request.header("Expires")) < 7200
        ? { status: 423, fields: [["Min-Expires", "7200"]] }
        : friendly(request, self),
    );
    world.declare(TRUNK);
    world.pass(7000);
    expect(carrier.requests.map((request) => request.header("Expires"))).toEqual(["3600", "7200", "7200"]);
  });

  it("goes where the registrar sends it (302)", () => {
    const world = new World();
    world.carrier(() => ({ status: 302, fields: [["Contact", "<sip:someone@198.51.100.2;foo=bar>"]] }));
    const other = world.carrier(friendly, "198.51.100.2");
    world.declare(TRUNK);
    world.pass(1);
    expect(other.last("REGISTER").uri).toBe("sip:198.51.100.2");
    expect(other.last("REGISTER").uriOf("To")).toBe("sip:4711@198.51.100.1");
    expect(world.told).toEqual([`registered ${URI}`]);
  });

  it("registers with each gateway in its own right, or with the registrar that is declared", () => {
    const world = new World();
    const first = world.carrier(silent);
    const second = world.carrier(friendly, "198.51.100.2");
    const third = world.carrier(friendly, "198.51.100.3");
    const gateways = [{ uri: URI }, { uri: "sip:198.51.100.2" }];
    const { uri: _, ...rest } = TRUNK;
    const trunk = world.declare({ ...rest, gateways }, "both");
    world.declare({ ...rest, gateways, register: { registrar: "sip:198.51.100.3" } }, "apart");
    world.pass(50);
    expect([first, second, third].map((one) => one.count("REGISTER"))).toEqual([2, 1, 1]);
    expect(world.trunks.status(trunk)).toMatchObject({
      state: "up",
      registrations: [{ state: "registering" }, { state: "registered" }],
    });
  });

  it("gives calls the Service-Route of the answer, as long as the registration stands (RFC 3608)", () => {
    const world = new World();
    let isGone = false;
    world.carrier((request, carrier) => {
      if (isGone) return { status: 403 };
      const { status, fields = [] } = friendly(request, carrier) ?? { status: 500 };
      const route = "<sip:edge.example.net;lr>, <sip:core.example.net;lr>";
      return { status, fields: [...fields, ["Service-Route", route]] };
    });
    const trunk = world.declare({ ...TRUNK, register: { expiresSeconds: 60 } });
    expect(world.trunks.serviceRoute(trunk)).toEqual([]);
    world.pass(1);
    expect(world.trunks.serviceRoute(trunk)).toEqual(["<sip:edge.example.net;lr>", "<sip:core.example.net;lr>"]);
    isGone = true;
    world.pass(60);
    expect(world.trunks.serviceRoute(trunk)).toEqual([]);
  });

  it("tells when it is registered no longer, and when it is again", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare({ ...TRUNK, register: { expiresSeconds: 60 } });
    world.pass(1);
    carrier.manner = silent;
    world.pass(70);
    carrier.manner = friendly;
    world.pass(120);
    expect(world.told).toEqual([`registered ${URI}`, `unregistered ${URI}`, `registered ${URI}`]);
  });

  it("registers again at once when its connection is lost", () => {
    const world = new World();
    const requests = world.stream(friendly);
    world.declare({ ...TRUNK, uri: "sip:198.51.100.1;transport=tcp" });
    world.pass(60);
    expect(requests).toHaveLength(1);
    expect(requests[0]?.header("Contact")).toBe(`<sip:${OWN};transport=tcp>`);
    const flow = world.transport.sent[0]?.flow;
    if (flow === undefined) throw new Error("nothing was sent");
    world.trunks.flowClosed({ ...flow, connection: flow.connection + 1 });
    world.pass(1);
    expect(requests).toHaveLength(1);
    world.trunks.flowClosed(flow);
    world.pass(1);
    expect(requests).toHaveLength(2);
    expect(world.told).toEqual(["registered sip:198.51.100.1;transport=tcp"]);
  });

  it("takes its registration back when the switch stops, and does not wait for a carrier that is silent", async () => {
    const world = new World();
    const good = world.carrier(careful("secret", md5));
    const bad = world.carrier(friendly, "198.51.100.2");
    world.declare(TRUNK, "good");
    world.declare({ ...TRUNK, uri: "sip:198.51.100.2" }, "bad");
    world.pass(1);
    bad.manner = silent;
    let hasStopped = false;
    const stopped = world.trunks.stop().then(() => {
      hasStopped = true;
    });
    world.pass(1.9);
    await Promise.resolve();
    expect(hasStopped).toBe(false);
    world.pass(0.2);
    await stopped;
    expect(good.last("REGISTER").header("Expires")).toBe("0");
    expect(isRight(good.last("REGISTER"))).toBe(true);
    expect(bad.last("REGISTER").header("Expires")).toBe("0");
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });

  it("is declared anew without a word to the carrier where nothing of the registration has changed", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare(TRUNK);
    world.pass(1);
    world.declare({ ...TRUNK, numbers: ["+1*"], limits: { calls: 5 } });
    world.pass(1);
    expect(carrier.count("REGISTER")).toBe(1);
  });

  it("takes the old registration back before it makes a new one, when its account has changed", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare(TRUNK);
    world.pass(1);
    world.declare({ ...TRUNK, username: "4712" });
    world.pass(1);
    expect(carrier.requests.map((request) => [request.uriOf("To"), request.header("Expires")])).toEqual([
      ["sip:4711@198.51.100.1", "3600"],
      ["sip:4711@198.51.100.1", "0"],
      ["sip:4712@198.51.100.1", "3600"],
    ]);
  });

  it("is registered at the end where it is removed and comes back at once", () => {
    const world = new World();
    const carrier = world.carrier();
    world.declare(TRUNK);
    world.pass(1);
    world.trunks.remove("carrier");
    world.declare(TRUNK);
    world.trunks.remove("carrier");
    const trunk = world.declare(TRUNK);
    world.pass(5);
    expect(carrier.requests.map((request) => request.header("Expires"))).toEqual(["3600", "0", "3600"]);
    expect(world.trunks.status(trunk).state).toBe("up");
  });

  it("leaves nothing behind", async () => {
    const world = new World();
    world.carrier();
    world.declare(TRUNK);
    world.declare({ ...TRUNK, uri: "sip:198.51.100.9" }, "mute");
    world.pass(100);
    expect(await world.leftovers()).toEqual(NOTHING_LEFT);
  });
});
