import { describe, expect, it } from "vitest";
import { contactGroups } from "../../../../runtime/switch/contact-branches.ts";
import { Registering } from "./registering.ts";

const IN_ORDER = "<sip:alice@198.51.100.7:5060>";

describe("a REGISTER that means no good", () => {
  it("is refused where it has more contacts than anybody needs, before they are looked at", async () => {
    const world = new Registering();
    const contact = [Array.from({ length: 2_000 }, (_, index) => `<sip:a${index}@h>`).join(",")];
    expect(await world.register({ contact })).toMatchObject({ status: 403, reason: "Too Many Contacts" });
    expect(world.contacts()).toEqual([]);
  });

  it.each([
    ["tel", "<tel:+15551234>"],
    ["mailto", "<mailto:alice@example.com>"],
    ["http", "<http://example.com/>"],
    ["no scheme", "<alice>"],
    ["nothing", ""],
    ["an unclosed bracket", "<sip:alice@h"],
    ["a line that folds into another header", '<sip:alice@h>;x="a'],
  ])("is refused with a Contact of %s", async (_, contact) => {
    const world = new Registering();
    expect((await world.register({ contact })).status).toBe(400);
    expect(world.changes).toEqual([]);
  });

  it("cannot make a request out of a Contact with headers and a method", async () => {
    const world = new Registering();
    const answer = await world.register({ contact: "<sip:alice@198.51.100.7;method=BYE?Subject=x&Route=%3Csip:v%3E>" });
    expect(answer.status).toBe(200);
    const [group] = contactGroups("alice", world.registrar.lookup("example.com", "alice"));
    expect(group?.[0]?.uri).toBe("sip:alice@198.51.100.7");
  });

  it("cannot make the switch call itself", async () => {
    const world = new Registering({ isOurs: ({ host }) => host === "192.0.2.1" || host === "example.com" });
    for (const contact of ["<sip:bob@192.0.2.1>", "<sip:bob@example.com>", "<sip:192.0.2.1>"]) {
      expect(await world.register({ contact })).toMatchObject({ status: 403, reason: "Contact Is This Switch" });
    }
    expect((await world.register({ contact: `${IN_ORDER};expires=0` })).status).toBe(200);
    expect((await world.register({ contact: "<sip:bob@192.0.2.1>;expires=0" })).status).toBe(200);
  });

  it("keeps nothing of a Contact that is too long, nor of an instance that is none", async () => {
    const world = new Registering();
    const long = `<sip:${"a".repeat(1_100)}@198.51.100.7>`;
    expect(await world.register({ contact: long })).toMatchObject({ status: 400, reason: "Contact Too Long" });
    for (const instance of ["", "urn:uuid:1", "<a b>", `<${"x".repeat(300)}>`, "<a<b>"]) {
      await world.register({ contact: `${IN_ORDER};+sip.instance="${instance}"` });
      expect(world.registrar.lookup("example.com", "alice")[0]?.instance).toBeNull();
    }
  });
});

describe("what a script grants", () => {
  it("bounds the time, also below the usual minimum, and never lengthens it", async () => {
    const world = new Registering();
    const left = async (expires: string, expiresSeconds: number) => {
      const { fields } = await world.register({ contact: IN_ORDER, expires }, undefined, { expiresSeconds });
      return /expires=(\d+)/.exec(fields.find(([name]) => name === "Contact")?.[1] ?? "")?.[1];
    };
    expect(await left("600", 30)).toBe("30");
    expect(await left("600", 7_200)).toBe("600");
    expect(await left("86400", 7_200)).toBe("7200");
  });

  it("lets the newest contacts stay, and tells of those that made room", async () => {
    const world = new Registering();
    await world.register({ contact: "<sip:first@192.0.2.9>" });
    await world.register({ contact: "<sip:second@192.0.2.9>" }, undefined, { maxContacts: 1 });
    expect(world.contacts()).toEqual(["sip:second@192.0.2.9"]);
    expect(world.changes.at(-1)).toBe("unregistered sip:first@192.0.2.9 (removed)");
    expect(world.rows.map(({ contact }) => contact)).toEqual(["sip:second@192.0.2.9"]);
  });
});
