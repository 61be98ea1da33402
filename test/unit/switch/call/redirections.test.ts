import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import type { Field } from "../../../../runtime/simulator/network/sip-text.ts";
import { forward } from "../../../../sdk/index.ts";
import { DOMAIN, World, type WorldOptions } from "./world.ts";

const TO = `sip:100@${DOMAIN}`;
const NOTHING = { calls: 0, client: 0, server: 0, timers: 0 };

function toContacts(...contacts: readonly string[]): readonly Field[] {
  return contacts.map((contact): Field => ["Contact", contact]);
}

function ringing(options: WorldOptions = {}, fields: readonly Field[] = []) {
  const world = new World({ script: { invite: () => forward("bob") }, ...options });
  const carol = world.phone("carol");
  const bob = world.registered("bob");
  const dave = world.registered("dave");
  carol.invite(TO, { fields });
  world.run(50);
  return { world, carol, bob, dave, offered: bob.take("INVITE") };
}

/** A redirection: its Contact is not the phone's own. */
function redirect(phone: Phone, world: World, fields: readonly Field[], status = 302): void {
  phone.answer(phone.take("INVITE"), status, { fields });
  world.run(50);
}

describe("A redirection (RFC 3261 §8.1.3.4)", () => {
  it("of a user's phone is followed: who is named there gets the call, and the caller hears 181", () => {
    const { world, carol, bob, dave, offered } = ringing();
    bob.answer(offered, 302, { fields: toContacts(`<sip:dave@${DOMAIN}>`) });
    world.run(50);
    const redirected = dave.take("INVITE");
    expect(carol.kinds).toEqual(["181 INVITE"]);
    expect(redirected.header("Diversion")).toBe(`<sip:bob@${DOMAIN}>;reason=unconditional;counter=1`);
    dave.answer(redirected, 486);
    world.run(50);
    // The redirection is no answer any more.
    expect(carol.count("486 INVITE")).toBe(1);
    expect(world.observer.cdrs).toMatchObject([
      {
        legs: [
          { target: "bob", code: 302 },
          { target: `sip:dave@${DOMAIN}`, code: 486 },
        ],
      },
    ]);
    expect(world.leftovers()).toEqual(NOTHING);
  });

  it("is followed by q: the contacts of one q at once, the next when they have failed", () => {
    const { world, carol, bob, dave, offered } = ringing({ route: { public: true } });
    const [erin, frank] = [world.phone("erin"), world.phone("frank")];
    bob.answer(offered, 302, {
      fields: toContacts(
        `<sip:erin@${erin.address}>;q=0.2, <sip:dave@${DOMAIN}>;q=0.9`,
        `<sip:frank@${frank.address}>;q=0.9`,
      ),
    });
    world.run(50);
    expect([dave.count("INVITE"), frank.count("INVITE"), erin.count("INVITE")]).toEqual([1, 1, 0]);
    dave.answer(dave.take("INVITE"), 486);
    frank.answer(frank.take("INVITE"), 404);
    world.run(50);
    erin.answer(erin.take("INVITE"), 200);
    world.run(50);
    expect(carol.count("200 INVITE")).toBe(1);
  });

  it("is followed while other phones ring on", () => {
    const world = new World({ script: { invite: () => forward(["bob", "alice"]) } });
    const [bob, alice, dave] = [world.registered("bob"), world.registered("alice"), world.registered("dave")];
    world.phone("carol").invite(TO);
    world.run(50);
    alice.answer(alice.take("INVITE"), 180);
    redirect(bob, world, toContacts(`<sip:dave@${DOMAIN}>`));
    expect([alice.count("CANCEL"), dave.count("INVITE")]).toEqual([0, 1]);
    dave.answer(dave.take("INVITE"), 200);
    world.run(50);
    expect(alice.count("CANCEL")).toBe(1);
  });

  it("in a circle comes to its end", () => {
    const { world, carol, bob, dave, offered } = ringing();
    bob.answer(offered, 302, { fields: toContacts(`<sip:dave@${DOMAIN}>`) });
    world.run(50);
    redirect(dave, world, toContacts(`<sip:bob@${DOMAIN}>`));
    expect([bob.count("INVITE"), dave.count("INVITE"), carol.count("480 INVITE")]).toEqual([1, 1, 1]);
  });

  it.each([
    ["ends after ten", "follow", 10, 480],
    ["is followed once where it then comes from outside", undefined, 1, 302],
  ] as const)("that goes on and on %s", (_what, redirects, times, status) => {
    const { world, carol, bob, offered } = ringing({
      script: { invite: () => forward("bob", redirects === undefined ? {} : { redirects }) },
      route: { public: true },
    });
    const far = world.phone("far");
    let places = 0;
    const further = () => ({ fields: toContacts(`<sip:place${++places}@${far.address}>`) });
    far.onMessage = (message) => {
      if (message.method === "INVITE" && message.status === 0) far.answer(message, 302, further());
    };
    bob.answer(offered, 302, further());
    world.run(5000);
    expect([far.count("INVITE"), carol.count(`${status} INVITE`)]).toEqual([times, 1]);
  });

  it("to a foreign address is not followed for a caller who may not leave", () => {
    const { world, carol, bob, offered } = ringing();
    const far = world.phone("far");
    bob.answer(offered, 302, { fields: toContacts(`<sip:premium@${far.address}>`) });
    world.run(50);
    expect([far.count("INVITE"), carol.count("403 INVITE"), carol.count("302 INVITE")]).toEqual([0, 1, 0]);
  });

  it.each([
    ["the decision says so", { redirects: "pass" } as const, toContacts(`<sip:dave@${DOMAIN}>`), 302],
    ["it names nobody", {}, [], 302],
    ["it names no address", {}, toContacts("nobody at all"), 302],
    ["it is a 305", {}, toContacts(`<sip:dave@${DOMAIN}>`), 305],
  ])("is given to the caller where %s", (_what, options, fields, status) => {
    const { world, carol, bob, dave, offered } = ringing({ script: { invite: () => forward("bob", options) } });
    bob.answer(offered, status, { fields });
    world.run(50);
    expect([dave.count("INVITE"), carol.count(`${status} INVITE`)]).toEqual([0, 1]);
  });

  it("of somebody outside is given to the caller, unless the decision says otherwise", () => {
    for (const redirects of ["follow", undefined] as const) {
      const options = redirects === undefined ? {} : { redirects };
      const world = new World({
        script: { invite: () => forward("sip:far@203.0.113.9", options) },
        route: { public: true },
      });
      const phones = Array.from({ length: 9 }, (_, index) => world.phone(`phone${index}`));
      const dave = world.registered("dave");
      const [carol, far] = [phones[0], phones[8]];
      if (carol === undefined || far === undefined) throw new Error("no phones");
      carol.invite(TO);
      world.run(50);
      redirect(far, world, toContacts(`<sip:dave@${DOMAIN}>`));
      expect([dave.count("INVITE"), carol.count("302 INVITE")]).toEqual(redirects === "follow" ? [1, 0] : [0, 1]);
    }
  });
});

describe("A call for one user that goes to another", () => {
  it.each([
    ["at once", [], "unconditional"],
    ["as he is busy", [486], "user-busy"],
    ["as he does not answer", [480], "unavailable"],
    ["as he does not want it", [603], "do-not-disturb"],
    ["for reasons of its own", [500], "unknown"],
  ] as const)("%s says so in Diversion (RFC 5806)", (_what, statuses, reason) => {
    const plan = [...statuses.map(() => forward("alice")), forward("bob")];
    const world = new World({ script: { invite: () => plan } });
    const carol = world.phone("carol");
    const [alice, bob] = [world.registered("alice"), world.registered("bob")];
    carol.invite(TO, { fields: [["Diversion", "<sip:first@elsewhere.example>;reason=deflection"]] });
    world.run(50);
    for (const status of statuses) {
      const offered = alice.take("INVITE");
      expect(offered.headers("Diversion")).toHaveLength(1);
      alice.answer(offered, status);
      world.run(50);
    }
    expect(bob.take("INVITE").headers("Diversion")).toEqual([
      `<sip:alice@${DOMAIN}>;reason=${reason};counter=1`,
      "<sip:first@elsewhere.example>;reason=deflection",
    ]);
  });

  it("says nothing where the decision tells it not to, and where the number is nobody's", () => {
    const silent = ringing({ script: { invite: () => forward("bob", { diversion: false }) } });
    expect(silent.offered.headers("Diversion")).toEqual([]);
    const world = new World({ script: { invite: () => forward("bob") } });
    const bob = world.registered("bob");
    world.phone("carol").invite(`sip:desk@${DOMAIN}`);
    world.run(50);
    expect(bob.take("INVITE").headers("Diversion")).toEqual([]);
  });

  it.each([
    [[["Supported", "histinfo"]], [`<sip:alice@${DOMAIN}>;index=1`, "<URI>;index=1.1;mp=1"]],
    [
      [["History-Info", "<sip:a@x.example>;index=1, <sip:100@example.com>;index=1.1;rc=1"]],
      ["<sip:a@x.example>;index=1, <sip:100@example.com>;index=1.1;rc=1", "<URI>;index=1.1.1;mp=1.1"],
    ],
    [[["History-Info", "<sip:a@x.example>;no=index"]], ["<sip:a@x.example>;no=index"]],
    [
      [
        ["Supported", "histinfo"],
        ["Privacy", "id;history"],
      ],
      [],
    ],
    [[["Supported", "x"]], []],
  ] as [Field[], string[]][])("goes on with the history of the caller (RFC 7044): %j", (fields, history) => {
    const { offered } = ringing({}, fields);
    expect(offered.headers("History-Info")).toEqual(history.map((entry) => entry.replace("URI", offered.uri)));
  });
});

describe("A side that rang and has failed while others ring (RFC 6228)", () => {
  function forked(fields: readonly Field[]) {
    const world = new World({ script: { invite: () => forward(["bob", "dave"], { ringSeconds: 10 }) } });
    const carol = world.phone("carol");
    const [bob, dave] = [world.registered("bob"), world.registered("dave")];
    carol.invite(TO, { fields });
    world.run(50);
    const [one, other] = [bob.take("INVITE"), dave.take("INVITE")];
    bob.answer(one, 180);
    world.run(50);
    dave.answer(other, 183, { body: "v=0" });
    world.run(50);
    return { world, carol, bob, dave, one, other };
  }

  it("is told to a caller who asks for it, by 199 in its early dialog", () => {
    const { world, carol, bob, one } = forked([["Supported", "199"]]);
    expect(one.header("Supported")).toContain("199");
    const early = carol.take("180 INVITE");
    bob.answer(one, 486);
    world.run(50);
    const over = carol.take("199 INVITE");
    expect([over.param("To", "tag"), over.header("Reason"), over.header("RSeq")]).toEqual([
      early.param("To", "tag"),
      'SIP;cause=486;text="Busy Here"',
      "",
    ]);
    world.run(12_000);
    expect(carol.kinds.at(-1)).toBe("486 INVITE");
  });

  it("is not told to others", () => {
    const { world, carol, bob, one } = forked([]);
    bob.answer(one, 486);
    world.run(50);
    expect(carol.count("199 INVITE")).toBe(0);
  });

  it("of a callee's own fork is passed on, and is no ringing", () => {
    const heard: number[] = [];
    const world = new World({
      script: { invite: () => forward("bob"), ringing: (_, { code }) => void heard.push(code) },
    });
    const carol = world.phone("carol");
    const bob = world.registered("bob");
    carol.invite(TO, { fields: [["Supported", "199"]] });
    world.run(50);
    const offered = bob.take("INVITE");
    for (const status of [181, 182, 199]) bob.answer(offered, status, { toTag: `t${status}` });
    world.run(50);
    const tags = [181, 182, 199].map((status) => carol.take(`${status} INVITE`).param("To", "tag"));
    expect([new Set(tags).size, heard]).toEqual([3, [181, 182]]);
  });
});

describe("A phone that rings without end", () => {
  it("gets CANCEL after the time to ring, which is at most three minutes, and its 100 goes nowhere", () => {
    const { world, carol, bob, offered } = ringing({
      script: { invite: () => forward("bob", { ringSeconds: 180 }) },
    });
    bob.answer(offered, 100);
    for (let seconds = 0; seconds < 179; seconds += 60) {
      bob.answer(offered, 180);
      world.run(59_000);
    }
    expect([bob.count("CANCEL"), carol.count("100 INVITE")]).toEqual([0, 0]);
    world.run(4_000);
    expect([bob.count("CANCEL"), carol.count("408 INVITE")]).toEqual([1, 1]);
    expect(world.leftovers()).toEqual(NOTHING);
  });
});
