import { forward } from "strowger";
import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import frontDesk from "./front-desk.ts";

describe("The front desk", () => {
  it("rings alice and bob at once, and gives the call to who answers first", async () => {
    const call = simulate(frontDesk).invite({ to: "200" });
    await call.rings("alice");
    await call.answers("bob");
    expect(call).toHaveRung(["alice", "bob"]);
    expect(call).toBeConnectedTo("bob");
  });

  it("rings alice, and after 15 seconds bob", async () => {
    const call = simulate(frontDesk).invite({ to: "201" });
    await call.rings("alice");
    expect(call).toHaveRung(["alice"]);
    await call.noAnswer(15);
    expect(call).toBeIn(forward(["alice", "bob"], { strategy: "serial" }));
    expect(call).toHaveRung(["alice", "bob"]);
  });

  it("is closed today, and knows no other number", () => {
    const closed = simulate(frontDesk).invite({ to: "202" });
    expect(closed).toBeRejectedWith(480);
    expect(closed.response?.reason).toBe("Closed Today");
    expect(simulate(frontDesk).invite({ to: "999" })).toBeRejectedWith(404);
  });

  it("leaves a line in the log when somebody hangs up", async () => {
    const call = simulate(frontDesk).invite({ to: "200" });
    await call.answers("alice");
    await call.advance(42);
    await call.hangsUp();
    expect(call.logs.map(({ text }) => text)).toEqual(["caller hung up after 42 s"]);
  });
});
