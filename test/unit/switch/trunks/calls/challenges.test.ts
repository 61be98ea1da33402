import { describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../../runtime/simulator/network/phone.ts";
import type { SipText } from "../../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../../sdk/index.ts";
import { DOMAIN } from "../../call/world.ts";
import { ACCOUNT, CarrierWorld, challenge, isAuthorized, NUMBER } from "./carriers.ts";

const TO = `sip:100@${DOMAIN}`;
const CARRIER = { uri: "sip:198.51.100.1", ...ACCOUNT };

function called(declaration: object = {}) {
  const world = new CarrierWorld({
    script: { invite: () => forward(NUMBER) },
    trunks: { carrier: { ...CARRIER, ...declaration } },
  });
  const gateway = world.gateway("198.51.100.1");
  const carol = world.phone("carol");
  const invite = carol.invite(TO);
  world.run(100);
  return { world, gateway, carol, invite };
}

/** Challenges the request, and gives the one that comes in its place. */
function challengeIt(gateway: Phone, request: SipText, run: () => void, value = challenge()): SipText {
  gateway.answer(request, 407, { fields: [["Proxy-Authenticate", value]] });
  run();
  return gateway.take(request.method);
}

describe("a trunk that asks for credentials (RFC 3261 §22.2, §22.3)", () => {
  it("gets the INVITE again with them: CSeq one higher, the same Call-ID and From tag", () => {
    const { world, gateway, carol } = called();
    const first = gateway.take("INVITE");
    expect(first.header("Proxy-Authorization")).toBe("");
    const again = challengeIt(gateway, first, () => world.run(100));
    expect(again.cseq).toBe(first.cseq + 1);
    expect(again.header("Call-ID")).toBe(first.header("Call-ID"));
    expect(again.param("From", "tag")).toBe(first.param("From", "tag"));
    expect(again.param("Via", "branch")).not.toBe(first.param("Via", "branch"));
    expect(again.param("To", "tag")).toBe("");
    expect(isAuthorized(again)).toBe(true);
    expect(again.header("Proxy-Authorization")).toContain(`username="${ACCOUNT.username}"`);
    gateway.take("ACK");
    expect(carol.kinds).toEqual([]);
  });

  it("may ask as a server (401), for which Authorization is the answer", () => {
    const { world, gateway } = called();
    gateway.answer(gateway.take("INVITE"), 401, { fields: [["WWW-Authenticate", challenge("n7")]] });
    world.run(100);
    expect(isAuthorized(gateway.take("INVITE"), { nonce: "n7", header: "Authorization" })).toBe(true);
  });

  it("that offers SHA-256 and MD5 gets SHA-256, whatever stands first, and nothing for what nobody knows", () => {
    const { world, gateway } = called();
    const values = [
      challenge().replace("algorithm=MD5", "algorithm=WHIRLPOOL"),
      challenge(),
      challenge("n1", "SHA-256"),
    ];
    gateway.answer(gateway.take("INVITE"), 407, {
      fields: values.map((value) => ["Proxy-Authenticate", value] as const),
    });
    world.run(100);
    const again = gateway.take("INVITE");
    expect(again.header("Proxy-Authorization")).toContain("algorithm=SHA-256");
    expect(isAuthorized(again)).toBe(true);
  });

  it("that asks once more since the nonce has run out gets one more try, and no more than that", () => {
    const { world, gateway, carol } = called();
    const run = () => world.run(100);
    const second = challengeIt(gateway, gateway.take("INVITE"), run);
    const third = challengeIt(gateway, second, run, challenge("n2", "MD5", ", stale=true"));
    expect(third.cseq).toBe(second.cseq + 1);
    expect(isAuthorized(third, { nonce: "n2" })).toBe(true);
    gateway.answer(third, 407, { fields: [["Proxy-Authenticate", challenge("n3")]] });
    world.run(100);
    expect(gateway.count("INVITE")).toBe(3);
    carol.take("500 INVITE");
  });

  it.each([
    ["refuses the password", { password: "wrong" }, 2],
    ["asks where there is no account", { username: undefined, password: undefined }, 1],
    ["names another realm than the one that the password is for", { realm: "other.example" }, 1],
  ])("that %s is a failed trunk for the caller: 500, and never the challenge", (_what, over, tries) => {
    const declaration = Object.fromEntries(Object.entries({ ...CARRIER, ...over }).filter(([, value]) => value));
    const world = new CarrierWorld({
      script: { invite: () => forward(NUMBER), failed: () => undefined },
      trunks: { carrier: declaration as typeof CARRIER },
    });
    const gateway = world.gateway("198.51.100.1");
    const carol = world.phone("carol");
    carol.invite(TO);
    for (let turn = 0; turn < 8; turn++) {
      world.run(100);
      if (gateway.count("INVITE") <= turn) break;
      gateway.answer(gateway.take("INVITE"), 407, { fields: [["Proxy-Authenticate", challenge(`n${turn}`)]] });
    }
    world.run(100);
    expect(gateway.count("INVITE")).toBe(tries);
    const refusal = carol.take("500 INVITE");
    expect(refusal.text).not.toMatch(/authenticate/i);
    expect(world.scripts.events.at(-1)).toMatchObject({
      attempts: [{ code: 500, reason: "Trunk Credentials Refused", trunk: "carrier" }],
    });
  });

  it("gets its ACK with the CSeq and the credentials of the INVITE that it has answered", () => {
    const { world, gateway, carol, invite } = called();
    const again = challengeIt(gateway, gateway.take("INVITE"), () => world.run(100));
    gateway.take("ACK");
    gateway.answer(again, 200);
    world.run(100);
    Side.ofCaller(carol, invite, carol.take("200 INVITE")).ack(invite);
    world.run(100);
    const ack = gateway.take("ACK");
    expect(ack.cseq).toBe(again.cseq);
    expect(ack.header("Proxy-Authorization")).toBe(again.header("Proxy-Authorization"));
  });

  it("gets a CANCEL for the INVITE that it has last seen", () => {
    const { world, gateway, carol, invite } = called();
    const again = challengeIt(gateway, gateway.take("INVITE"), () => world.run(100));
    gateway.answer(again, 180);
    world.run(100);
    carol.cancel(invite);
    world.run(100);
    const cancel = gateway.take("CANCEL");
    expect([cancel.cseq, cancel.param("Via", "branch")]).toEqual([again.cseq, again.param("Via", "branch")]);
  });

  it("gets no second INVITE once the caller has given up", () => {
    const { world, gateway, carol, invite } = called();
    const first = gateway.take("INVITE");
    carol.cancel(invite);
    world.run(100);
    gateway.answer(first, 407, { fields: [["Proxy-Authenticate", challenge()]] });
    world.run(1000);
    expect(gateway.count("INVITE")).toBe(1);
  });
});

describe("within a call, a trunk that asks for credentials", () => {
  function talking() {
    const { world, gateway, carol, invite } = called();
    const first = gateway.take("INVITE");
    gateway.answer(first, 200);
    world.run(100);
    const caller = Side.ofCaller(carol, invite, carol.take("200 INVITE"));
    caller.ack(invite);
    world.run(100);
    return { world, gateway, carol, caller, callee: Side.ofCallee(gateway, first), run: () => world.run(100) };
  }

  it("gets a BYE again with them, and the call is over all the same", () => {
    const { world, gateway, caller, run } = talking();
    gateway.isPolite = false;
    caller.request("BYE");
    world.run(100);
    const again = challengeIt(gateway, gateway.take("BYE"), run);
    expect(isAuthorized(again)).toBe(true);
    expect(world.calls.list()).toEqual([]);
  });

  it("gets INFO and re-INVITE again, each request with a CSeq of its own, and the ACK of its 2xx", () => {
    const { world, gateway, carol, caller, run } = talking();
    caller.request("INFO", { body: "x", fields: [["Content-Type", "text/plain"]] });
    world.run(100);
    const info = challengeIt(gateway, gateway.take("INFO"), run);
    expect([info.cseq, isAuthorized(info)]).toEqual([3, true]);
    gateway.answer(info, 200);
    world.run(100);
    carol.take("200 INFO");
    const reinvite = caller.request("INVITE", { body: "v=0\r\no=again" });
    world.run(100);
    const first = gateway.take("INVITE");
    expect(first.cseq).toBe(4);
    const again = challengeIt(gateway, first, run);
    expect([again.cseq, again.body]).toEqual([5, "v=0\r\no=again"]);
    gateway.answer(again, 200, { body: "v=0\r\no=gw" });
    world.run(100);
    carol.take("200 INVITE");
    caller.ack(reinvite);
    world.run(100);
    const acks = gateway.received.filter(({ method, status }) => method === "ACK" && status === 0);
    expect(acks.at(-1)?.cseq).toBe(5);
    caller.request("BYE");
    world.run(100);
    expect(gateway.take("BYE").cseq).toBe(6);
  });
});
