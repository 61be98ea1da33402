import { describe, expect, it } from "vitest";
import { Side } from "../../../runtime/simulator/network/phone.ts";
import { withEmergency } from "../../../runtime/switch/emergency.ts";
import { answer, forward, hangup, play, reject, tag } from "../../../sdk/index.ts";
import { faults, type Handlers, later, never } from "./call/scripted.ts";
import { DOMAIN } from "./call/world.ts";
import { CarrierWorld, type CarrierWorldOptions } from "./trunks/calls/carriers.ts";

const TO = `sip:112@${DOMAIN}`;
const ONE = "sip:198.51.100.1";
const TWO = "sip:198.51.100.2";

function world(options: Partial<CarrierWorldOptions> = {}) {
  const made = new CarrierWorld({
    emergency: ["112", "911"],
    route: { public: false },
    trunks: { one: { uri: ONE }, two: { uri: TWO } },
    ...options,
  });
  return {
    world: made,
    one: made.gateway("198.51.100.1"),
    two: made.gateway("198.51.100.2"),
    bob: made.registered("bob"),
  };
}

function alice(made: CarrierWorld, uri = TO) {
  const phone = made.phone("alice");
  const from = `<sip:alice@${DOMAIN}>`;
  const invite = phone.invite(uri, { from, fields: [["Proxy-Authorization", made.credentials("alice", uri)]] });
  made.run(50);
  return Object.assign(phone, { called: invite });
}

describe("a call of a user to an emergency number", () => {
  it.each<[string, Handlers]>([
    ["throws", { invite: () => faults() }],
    ["runs out of memory", { invite: () => faults("memory") }],
    ["decides on nothing", { invite: () => undefined }],
    ["decides on nonsense", { invite: () => ({ type: "fly" }) as never }],
    ["has no handler", { failed: () => undefined }],
    ["rejects the call", { invite: () => reject(603) }],
    ["hangs up", { invite: () => hangup() }],
    ["forwards it to nobody", { invite: () => forward("nobody") }],
    ["puts a label on it", { invite: () => tag({ urgent: "yes" }) }],
  ])("goes out by the first trunk where the script %s", (_what, script) => {
    const { world: w, one } = world({ script });
    const phone = alice(w);
    w.run(100);
    expect(one.take("INVITE").uri).toBe("sip:112@198.51.100.1");
    expect(phone.kinds).toEqual([]);
  });

  it.each<[string, Handlers]>([
    ["hangs", { invite: () => never }],
    ["takes its time", { invite: () => later(8000, reject(403)) }],
  ])("goes out after a second where the script %s", (_what, script) => {
    const { world: w, one } = world({ script });
    alice(w);
    w.run(900);
    expect(one.received).toEqual([]);
    w.run(100);
    one.answer(one.take("INVITE"), 180);
    w.run(8000);
    expect(one.kinds).toEqual(["INVITE"]);
  });

  it("goes where the script says, and out by a trunk where nobody answers there", () => {
    const {
      world: w,
      one,
      bob,
    } = world({
      script: { invite: () => [forward("bob", { ringSeconds: 5 }), reject(486)] },
    });
    const phone = alice(w);
    bob.answer(bob.take("INVITE"), 180);
    w.run(6000);
    one.answer(one.take("INVITE"), 200);
    w.run(100);
    phone.take("200 INVITE");
  });

  it("goes out where no route leads anywhere, and no script is there", () => {
    const { world: w, one } = world({ route: { to: "5XX" } });
    alice(w);
    one.take("INVITE");
    const without = world();
    without.world.scripts.missing = { reason: "missing", message: "there is none" };
    alice(without.world);
    without.one.take("INVITE");
  });

  it("goes on to each trunk that is left, whatever the one before has said", () => {
    const { world: w, one, two } = world({ script: { invite: () => faults() } });
    alice(w);
    one.answer(one.take("INVITE"), 603);
    w.run(100);
    two.take("INVITE");
  });

  it("takes the trunk that is for it first, and one that is down where no other is left", () => {
    const trunks = { one: { uri: ONE }, two: { uri: TWO, numbers: ["112"] } };
    const { world: w, one, two } = world({ script: { invite: () => faults() }, trunks, down: [ONE, TWO] });
    alice(w);
    two.answer(two.take("INVITE"), 503);
    w.run(100);
    one.take("INVITE");
  });

  it("takes a trunk that is up before one that is down, whatever numbers they are for", () => {
    const trunks = { one: { uri: ONE, numbers: ["112"] }, two: { uri: TWO } };
    const { world: w, one, two } = world({ script: { invite: () => faults() }, trunks, down: [ONE] });
    alice(w);
    two.answer(two.take("INVITE"), 503);
    w.run(100);
    one.take("INVITE");
  });

  it.each<[string, Handlers]>([
    ["the switch", { invite: () => faults() }],
    ["the script", { invite: () => forward("112", { via: "one", ringSeconds: 60 }) }],
  ])(
    "waits five seconds for the first trunk that %s takes and that says nothing, and then for the next",
    (_who, script) => {
      const { world: w, one, two } = world({ script });
      alice(w);
      w.run(4800);
      expect(two.received).toEqual([]);
      w.run(300);
      one.take("INVITE");
      two.answer(two.take("INVITE"), 180);
      w.run(20_000);
      expect(two.kinds).toEqual(["INVITE"]);
    },
  );

  it("waits longer for the last trunk, as there is no other", () => {
    const { world: w, one, two } = world({ script: { invite: () => faults() } });
    alice(w);
    one.answer(one.take("INVITE"), 603);
    w.run(20_000);
    two.answer(two.take("INVITE"), 180);
    w.run(100);
    expect(two.kinds).not.toContain("CANCEL");
  });

  it.each(["urn:service:sos", "URN:service:SOS.police", "urn:service:sos.animal-control"])(
    "may be dialled as %s",
    (uri) => {
      const { world: w, one } = world({ script: { invite: () => reject(603) } });
      alice(w, uri);
      w.run(100);
      expect(one.take("INVITE").uri).toBe("sip:112@198.51.100.1");
      const other = world({ script: { invite: () => reject(603) }, emergency: ["911"] });
      alice(other.world, uri);
      other.world.run(100);
      expect(other.one.take("INVITE").uri).toBe("sip:911@198.51.100.1");
    },
  );

  it.each(["urn:service:sos.", "urn:service:sosumi", "urn:service:counseling", "urn:nena:service:sos"])(
    "is not meant by %s",
    (uri) => {
      const { world: w, one } = world({ script: { invite: () => forward("112", { via: "one" }) } });
      const phone = alice(w, uri);
      w.run(100);
      phone.take("416 INVITE");
      expect(one.received).toEqual([]);
    },
  );

  it("is stopped by no limit: not of the switch, of a trunk, or of how long a call may last", () => {
    const { world: w, one } = world({
      script: { invite: () => forward("112", { via: "one", maxSeconds: 5 }) },
      limits: { max: 0, perSecond: 1 },
      trunks: { one: { uri: ONE, limits: { calls: 0, perSecond: 0.001 } } },
    });
    const phone = alice(w);
    one.answer(one.take("INVITE"), 200);
    w.run(100);
    Side.ofCaller(phone, phone.called, phone.take("200 INVITE")).ack(phone.called);
    w.run(60_000);
    expect(one.kinds).not.toContain("BYE");
  });

  it("tells who calls, though the decision or the caller would hide it", () => {
    const { world: w, one } = world({ script: { invite: () => forward("112", { via: "one", privacy: true }) } });
    alice(w);
    expect(one.take("INVITE").header("From")).toContain("sip:alice@");
  });
});

describe("a call of a stranger to an emergency number", () => {
  it("is a call like others: the script says, and limits hold", () => {
    const { world: w, one } = world({ script: { invite: () => reject(603) } });
    const carol = w.phone("carol");
    carol.invite(TO);
    w.run(100);
    carol.take("603 INVITE");
    const full = world({ script: { invite: () => forward("bob") }, limits: { max: 0, perSecond: 1 } });
    const erin = full.world.phone("erin");
    erin.invite(TO);
    full.world.run(100);
    erin.take("503 INVITE");
    expect([...one.received, ...full.one.received]).toEqual([]);
  });

  it("that names the service is one as well", () => {
    const { world: w, one } = world({ script: { invite: () => reject(603) } });
    const carol = w.phone("carol");
    carol.invite("urn:service:sos");
    w.run(100);
    carol.take("603 INVITE");
    expect(one.received).toEqual([]);
  });

  it.each([TO, "urn:service:sos"])("of a trunk that we trust is one of ours: %s", (uri) => {
    const trunks = { one: { uri: ONE }, pbx: { from: ["198.51.100.2"], trust: true } };
    const { world: w, one, two } = world({ script: { invite: () => faults() }, trunks });
    two.invite(uri);
    w.run(100);
    expect(one.take("INVITE").uri).toBe("sip:112@198.51.100.1");
  });
});

describe("what a script decides on a call for help", () => {
  const wayOut = [forward("trunk:one/112")];
  it.each([
    ["a refusal", [reject(486)], wayOut],
    ["nothing", [], wayOut],
    ["somebody first", [forward("bob"), reject(486), forward("dave")], [forward("bob"), ...wayOut]],
    ["a prompt", [answer(), play("wait"), hangup()], [answer(), play("wait"), ...wayOut]],
  ])("keeps a way out behind %s", (_what, plan, wanted) => {
    expect(withEmergency(plan, wayOut)).toEqual(wanted);
  });

  it.each([
    ["a decision", forward("112", { via: "one" })],
    ["a target", forward("trunk:one/112")],
  ])("is tried again by the same trunk last, where %s has named it", (_what, first) => {
    const two = forward("trunk:two/112");
    expect(withEmergency([first], [...wayOut, two])).toEqual([first, two, ...wayOut]);
  });
});
