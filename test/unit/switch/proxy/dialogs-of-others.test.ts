import { describe, expect, it } from "vitest";
import { type Phone, Side } from "../../../../runtime/simulator/network/phone.ts";
import { type Field, requestText, type SipText } from "../../../../runtime/simulator/network/sip-text.ts";
import { DOMAIN, World } from "../call/world.ts";
import { SWITCH, sendAs } from "./requests.ts";

const EVENT: Field = ["Event", "weather"];

/** bob has subscribed to something of dora's, who is far away. */
function subscribed() {
  const world = new World();
  const bob = world.registered("bob");
  const dora = world.phone("dora");
  const sent = sendAs(world, "bob", bob, "SUBSCRIBE", {
    uri: `sip:dora@${dora.address}`,
    fields: [EVENT, ["Contact", "<sip:bob@10.0.0.1>"], ["Expires", "600"]],
  });
  world.run(20);
  const got = dora.take("SUBSCRIBE");
  dora.answer(got, 200, {
    fields: [
      ["Contact", dora.contact],
      ["Expires", "600"],
    ],
  });
  world.run(20);
  const answered = bob.take("200 SUBSCRIBE");
  return {
    world,
    bob,
    dora,
    got,
    sent,
    answered,
    caller: Side.ofCaller(bob, sent, answered),
    callee: Side.ofCallee(dora, got),
  };
}

function notify(
  from: Phone,
  got: SipText,
  parts: { routes?: readonly string[]; uri?: string; callId?: string } = {},
): void {
  from.sendText(
    requestText({
      method: "NOTIFY",
      uri: parts.uri ?? got.uriOf("Contact"),
      fields: [
        ["Via", from.via(from.branch())],
        ...(parts.routes ?? got.headers("Record-Route")).map((route): Field => ["Route", route]),
        ["From", `${got.header("To")};tag=t-dora`],
        ["To", got.header("From")],
        ["Call-ID", parts.callId ?? got.header("Call-ID")],
        ["CSeq", "1 NOTIFY"],
        ["Max-Forwards", "70"],
        EVENT,
        ["Subscription-State", "active"],
      ],
    }),
  );
}

describe("a dialog of others that begins through the switch (RFC 3261 §16.6 step 4, §16.12)", () => {
  it("has a Record-Route of ours: a sip URI with lr that leads to us, and none where the request makes no dialog (PRX-22)", () => {
    const { got, answered } = subscribed();
    expect(got.headers("Record-Route")).toHaveLength(1);
    expect(got.header("Record-Route")).toMatch(new RegExp(`^<sip:[\\w-]+@${SWITCH.replace(".", "\\.")};lr>$`));
    expect(answered.headers("Record-Route")).toEqual(got.headers("Record-Route"));
  });

  it("brings the NOTIFY to the user over the flow on which the user is, whatever the Contact says (PRX-23)", () => {
    const { world, bob, dora, got } = subscribed();
    notify(dora, got);
    world.run(20);
    const notified = bob.take("NOTIFY");
    expect(notified.uri).toBe("sip:bob@10.0.0.1");
    expect(notified.headers("Route")).toEqual([]);
    bob.answer(notified, 200);
    world.run(20);
    expect(dora.take("200 NOTIFY").param("To", "tag")).not.toBe("");
  });

  it("brings the refresh to the other end by what is left of its Route (PRX-05, PRX-23)", () => {
    const { world, dora, caller, got } = subscribed();
    caller.request("SUBSCRIBE", { fields: [EVENT] });
    world.run(20);
    const again = dora.take("SUBSCRIBE");
    expect(again.uri).toBe(`sip:dora@${dora.address}:5060`);
    expect(again.headers("Route")).toEqual([]);
    expect(again.headers("Record-Route")).toEqual([]);
    expect(again.param("Via", "branch")).not.toBe(got.param("Via", "branch"));
  });

  it("takes what a strict router sends, with our value in the request line (RFC 3261 §16.4, PRX-05)", () => {
    const { world, bob, dora, got } = subscribed();
    const own = got.uriOf("Record-Route");
    notify(dora, got, { uri: own, routes: [`<${got.uriOf("Contact")}>`] });
    world.run(20);
    const notified = bob.take("NOTIFY");
    expect(notified.uri).toBe("sip:bob@10.0.0.1");
    expect(notified.headers("Route")).toEqual([]);
  });

  it("is no way to anybody but its ends: the far end reaches the user alone (PRX-29)", () => {
    const { world, bob, dora, got } = subscribed();
    const victim = world.phone("victim");
    notify(dora, got, {
      uri: `sip:${victim.address}`,
      routes: [got.header("Record-Route"), `<sip:${victim.address};lr>`],
    });
    world.run(20);
    expect(victim.received).toEqual([]);
    expect(bob.count("NOTIFY")).toBe(1);
  });

  it("lets nobody else speak for the user: who comes from another address has to prove it (PRX-29)", () => {
    const { world, bob, caller } = subscribed();
    const thief = world.phone("thief");
    const victim = world.phone("victim");
    new Side(thief, { ...caller, target: `sip:${victim.address}` }).request("SUBSCRIBE", { fields: [EVENT] });
    world.run(20);
    expect(thief.kinds).toEqual(["407 SUBSCRIBE"]);
    expect(victim.received).toEqual([]);
    expect(bob.kinds).not.toContain("SUBSCRIBE");
  });

  it.each([
    ["of another dialog", { callId: "another" }],
    ["that has been changed", { routes: [`<sip:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@${SWITCH};lr>`] }],
    ["that nobody has written", { routes: [`<sip:${SWITCH};lr>`] }],
  ])("is not joined by a Route %s: 481", (_, parts) => {
    const { world, bob, dora, got } = subscribed();
    notify(dora, got, parts);
    world.run(20);
    expect(dora.kinds).toContain("481 NOTIFY");
    expect(bob.kinds).not.toContain("NOTIFY");
  });

  it("hides where the user is", () => {
    const { bob, got } = subscribed();
    const token = /sip:([\w-]+)@/.exec(got.header("Record-Route"))?.[1] ?? "";
    expect(Buffer.from(token, "base64url").toString("latin1")).not.toContain(bob.address);
  });
});

describe("an ACK that belongs to no call of ours (PRX-25)", () => {
  it("goes nowhere and gets no answer: the switch is a party to every call, and records no route for one", () => {
    const { world, bob, dora, got } = subscribed();
    dora.sendText(
      requestText({
        method: "ACK",
        uri: `sip:bob@${DOMAIN}`,
        fields: [
          ["Via", dora.via(dora.branch())],
          ["Route", got.header("Record-Route")],
          ["From", "<sip:dora@far.example>;tag=a"],
          ["To", `<sip:bob@${DOMAIN}>;tag=b`],
          ["Call-ID", got.header("Call-ID")],
          ["CSeq", "1 ACK"],
          ["Max-Forwards", "70"],
        ],
      }),
    );
    world.run(100);
    expect(dora.kinds).toEqual(["SUBSCRIBE"]);
    expect(bob.kinds).not.toContain("ACK");
  });
});
