import { describe, expect, it } from "vitest";
import type { Phone } from "../../../../runtime/simulator/network/phone.ts";
import { World } from "../call/world.ts";
import { send } from "./requests.ts";

/** A world with phones of alice, all of which have got a request of carol. */
function forked(count: number, fields: readonly (readonly [string, string])[] = []) {
  const world = new World();
  const phones = Array.from({ length: count }, (_, index) => world.registered("alice", 1, world.phone(`a${index}`)));
  const carol = world.phone("carol");
  send(carol, "PUZZLE", { fields });
  world.run(20);
  const answer = (index: number, status: number, parts: Parameters<Phone["answer"]>[2] = {}) => {
    const phone = phones[index];
    if (phone === undefined) throw new Error(`there is no phone ${index}`);
    phone.answer(phone.take("PUZZLE"), status, parts);
    world.run(20);
  };
  return { world, phones, carol, answer };
}

describe("a request to a user with several phones (RFC 3261 §16.6, §16.7)", () => {
  it("goes to all of them at once, with a branch for each (PRX-09)", () => {
    const { phones } = forked(3);
    const branches = phones.map((phone) => phone.take("PUZZLE").param("Via", "branch"));
    expect(new Set(branches).size).toBe(3);
  });

  it("gets the first 2xx at once, and nothing of the others (PRX-13)", () => {
    const { carol, answer } = forked(3);
    answer(0, 404);
    expect(carol.kinds).toEqual([]);
    answer(1, 202);
    expect(carol.kinds).toEqual(["202 PUZZLE"]);
    answer(2, 200);
    expect(carol.kinds).toEqual(["202 PUZZLE"]);
  });

  it.each([
    [[486, 404, 603], 603],
    [[486, 302, 500], 302],
    [[500, 486, 404], 486],
    [[486, 484, 404], 484],
    [[404, 415, 480], 415],
    [[404, 420, 302], 302],
    [[503, 503, 503], 500],
    [[503, 486, 503], 486],
  ])("gets of %j the best answer, %d (PRX-12)", (statuses, best) => {
    const { carol, answer } = forked(3);
    for (const [index, status] of statuses.entries()) answer(index, status);
    expect(carol.kinds).toEqual([`${best} PUZZLE`]);
  });

  it("gets the challenges of all phones together (PRX-12)", () => {
    const { carol, answer } = forked(3);
    answer(0, 401, { fields: [["WWW-Authenticate", 'Digest realm="one", nonce="1"']] });
    answer(1, 407, { fields: [["Proxy-Authenticate", 'Digest realm="two", nonce="2"']] });
    answer(2, 486);
    const [answered] = carol.received;
    expect(answered?.status).toBe(401);
    expect(answered?.headers("WWW-Authenticate")).toEqual(['Digest realm="one", nonce="1"']);
    expect(answered?.headers("Proxy-Authenticate")).toEqual(['Digest realm="two", nonce="2"']);
  });

  it("gets what the living have said where one phone is dead, after 8 seconds (RFC 4321 §1)", () => {
    const { world, carol, answer } = forked(2);
    answer(0, 486);
    world.run(7_900);
    expect(carol.kinds).toEqual(["100 PUZZLE"]);
    world.run(200);
    expect(carol.kinds).toEqual(["100 PUZZLE", "486 PUZZLE"]);
  });

  it("goes to the phones of lower q once the better ones have refused, or have been silent for 8 seconds", () => {
    const world = new World();
    const desk = world.registered("alice", 1, world.phone("desk"));
    const mobile = world.registered("alice", 0.5, world.phone("mobile"));
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(20);
    desk.answer(desk.take("PUZZLE"), 486);
    expect(mobile.received).toEqual([]);
    world.run(20);
    mobile.answer(mobile.take("PUZZLE"), 200);
    world.run(20);
    expect(carol.kinds).toEqual(["200 PUZZLE"]);
    send(carol, "PUZZLE");
    world.run(7_900);
    expect(mobile.count("PUZZLE")).toBe(1);
    world.run(200);
    expect(mobile.count("PUZZLE")).toBe(2);
  });

  it("goes no further after a 6xx (RFC 3261 §16.7 step 5)", () => {
    const world = new World();
    const desk = world.registered("alice", 1, world.phone("desk"));
    const mobile = world.registered("alice", 0.5, world.phone("mobile"));
    const carol = world.phone("carol");
    send(carol, "PUZZLE");
    world.run(20);
    desk.answer(desk.take("PUZZLE"), 603);
    world.run(20);
    expect(carol.kinds).toEqual(["603 PUZZLE"]);
    expect(mobile.received).toEqual([]);
  });

  it("shares its Max-Breadth out among the copies, 60 where it has none (RFC 5393 §5.3)", () => {
    const shares = (phones: readonly Phone[]) => phones.map((phone) => phone.take("PUZZLE").header("Max-Breadth"));
    expect(shares(forked(4, [["Max-Breadth", "10"]]).phones)).toEqual(["3", "3", "2", "2"]);
    expect(shares(forked(3).phones)).toEqual(["20", "20", "20"]);
  });

  it("goes to one phone after the other where its Max-Breadth does not allow more (RFC 5393 §5.3)", () => {
    const { world, phones, carol, answer } = forked(3, [["Max-Breadth", "1"]]);
    const counts = () => phones.map((phone) => phone.count("PUZZLE"));
    expect(counts()).toEqual([1, 0, 0]);
    answer(0, 486);
    expect(counts()).toEqual([1, 1, 0]);
    answer(1, 486);
    answer(2, 200);
    world.run(20);
    expect(carol.kinds).toEqual(["200 PUZZLE"]);
  });

  it("goes on to nobody once the sender has its answer, and leaves nothing behind", () => {
    const { world, answer } = forked(3);
    answer(1, 200);
    const { client, server } = world.leftovers();
    expect({ client, server }).toEqual({ client: 0, server: 0 });
  });
});
