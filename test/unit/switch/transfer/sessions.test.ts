import { describe, expect, it } from "vitest";
import { description, lastAck, refer, talkWithAlice, transferWorld, user } from "./transfer-world.ts";

describe("The session of a party (RFC 4028) that is transferred away", () => {
  it("ends with it, and the one of whoever has come begins", () => {
    const { world, carol, alice, bob, callee } = talkWithAlice(transferWorld());
    callee.request("UPDATE", {
      fields: [
        ["Supported", "timer"],
        ["Session-Expires", "100;refresher=uac"],
      ],
    });
    world.run(50);
    carol.answer(carol.take("UPDATE"), 200);
    world.run(50);
    expect(alice.take("200 UPDATE").header("Session-Expires")).toBe("100;refresher=uac");
    refer(callee, user("101"));
    world.run(50);
    bob.answer(bob.take("INVITE"), 200, {
      body: description("bob"),
      fields: [["Session-Expires", "300;refresher=uas"]],
    });
    world.run(50);
    carol.answer(carol.take("INVITE"), 200, { body: description("carol again") });
    world.run(50);
    expect(lastAck(bob)).toBe(description("carol again"));
    world.run(200_000);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([0, 0]);
    world.run(70_000);
    expect([carol.count("BYE"), bob.count("BYE")]).toEqual([1, 1]);
  });
});
