import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import ringGroup from "./ring-group.ts";

const NUMBER = "600";
const env = { MEMBERS: "alice, bob, carol", MAILBOX: "dave" };

describe("The ring group", () => {
  it("rings everybody at once, and gives the call to who answers first", async () => {
    const call = simulate(ringGroup, { env }).invite({ to: NUMBER, from: "+4930123456" });
    await call.rings("carol");
    expect(call).toHaveRung(["alice", "bob", "carol"]);
    await call.answers("bob");
    expect(call).toBeConnectedTo("bob");
    await call.advance(30);
    await call.hangsUp("bob");
    expect(call.logs).toMatchObject([{ level: "info", text: "bob has talked with +4930123456 for 30 s" }]);
  });

  it("rings on for the others where one is busy", async () => {
    const call = simulate(ringGroup, { env }).invite({ to: NUMBER });
    await call.rejects("alice");
    await call.answers("carol");
    expect(call).toBeConnectedTo("carol");
  });

  it("takes a message after 20 seconds, and warns of the call that nobody took", async () => {
    const call = simulate(ringGroup, { env }).invite({ to: NUMBER, from: "+4930123456" });
    await call.noAnswer(20);
    await call.speaks(4);
    await call.hears("vm-saved");
    await call.ends();
    expect(await call.mailbox("dave")).toHaveLength(1);
    expect(call.logs).toMatchObject([{ level: "warn", text: "nobody has answered +4930123456" }]);
  });

  it("takes a message at once where nobody is there, and warns of who has left none as well", async () => {
    const call = simulate(ringGroup, { env, registrations: ["dave"] }).invite({ to: NUMBER, from: "bob" });
    await call.hears("vm-greeting-unavailable", "tone:beep");
    await call.hangsUp();
    expect(call).toHaveRung([]);
    expect(call.logs).toMatchObject([{ text: "nobody has answered bob" }]);
  });

  it("stops ringing when the caller gives up", async () => {
    const call = simulate(ringGroup, { env }).invite({ to: NUMBER });
    await call.rings("alice");
    await call.hangsUp();
    expect(call.cdr).toMatchObject({ result: "cancelled" });
    expect(call.faults).toEqual([]);
  });

  it.each([{}, { MEMBERS: " , " }])(
    "is alice and bob, with alice's mailbox, where nothing is set (%o)",
    async (bare) => {
      const call = simulate(ringGroup, { env: bare }).invite({ to: NUMBER });
      await call.rings("bob");
      expect(call).toHaveRung(["alice", "bob"]);
      await call.noAnswer(20);
      await call.speaks(3);
      await call.hears("vm-saved");
      expect(await call.mailbox("alice")).toHaveLength(1);
    },
  );
});
