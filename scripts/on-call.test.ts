import { OperationError, voicemail } from "strowger";
import { type SimulationOptions, simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import onCall from "./on-call.ts";

const NUMBER = "112233";
const env = { ROTA: "carol, alice, bob" };
/** A Monday. */
const HANDOVER = "2026-11-23T08:00:00Z";

function hotline(options: SimulationOptions = {}) {
  return simulate(onCall, { env, now: HANDOVER, ...options }).invite({ to: NUMBER, from: "+4930123456" });
}

describe("The hotline on call", () => {
  it("rings whoever has duty, and logs who has taken it", async () => {
    const call = hotline();
    await call.answers("alice");
    expect(call).toHaveRung(["alice"]);
    expect(call.logs).toMatchObject([{ text: "alice has taken the call of +4930123456" }]);
    await call.hangsUp();
    expect(call.cdr?.tags).toEqual({ onCall: "alice", takenBy: "alice" });
    expect(call.logs).toHaveLength(1);
  });

  it.each([
    ["2026-11-23T07:59:59Z", "carol"],
    ["2026-11-29T23:00:00Z", "alice"],
    ["2026-11-30T08:00:00Z", "bob"],
    ["2026-12-07T08:00:00Z", "carol"],
    ["2026-12-14T08:00:00Z", "alice"],
  ])("hands over every Monday at eight: at %s it is %s", async (now, who) => {
    const call = hotline({ now });
    await call.rings(who);
    expect(call).toHaveRung([who]);
  });

  it("escalates to the next one after 20 seconds, then to everybody, then to a mailbox, and warns", async () => {
    const call = hotline();
    await call.rings("alice");
    await call.noAnswer(20);
    expect(call).toHaveRung(["alice", "bob"]);
    await call.rejects("bob");
    await call.rings("carol");
    expect(call).toHaveRung(["alice", "bob", "carol"]);
    await call.noAnswer(40);
    expect(call).toBeIn(voicemail("alice"));
    await call.speaks(5);
    await call.hangsUp();
    await call.ends();
    expect(await call.mailbox("alice")).toHaveLength(1);
    expect(call.logs).toMatchObject([{ level: "error", text: "NOBODY has taken the call of +4930123456" }]);
  });

  it("gives the call to who answers first once everybody rings", async () => {
    const call = hotline();
    await call.rejects("alice");
    await call.rejects("bob");
    await call.answers("carol");
    await call.hangsUp("carol");
    expect(call.cdr?.tags).toMatchObject({ takenBy: "carol" });
  });

  it("rings the substitute first, and the others as before", async () => {
    const call = hotline({ kv: { substitute: "dave" } });
    await call.rejects("dave");
    await call.rings("bob");
    expect(call).toHaveRung(["dave", "bob"]);
  });

  it("warns of a caller who gives up", async () => {
    const call = hotline();
    await call.rings("alice");
    await call.hangsUp();
    expect(call.logs).toMatchObject([{ level: "error" }]);
    expect(call.faults).toEqual([]);
  });

  it("passes over who is not there, and rings all the same where nothing is set or the store is away", async () => {
    const away = hotline({ registrations: ["carol"] });
    await away.answers("carol");
    const operations = { "kv.get": () => Promise.reject(new OperationError("unavailable", "no store")) };
    const bare = hotline({ env: {}, operations });
    await bare.rejects();
    await bare.answers();
    expect([...bare.rung].sort()).toEqual(["alice", "bob"]);
    expect(bare.faults).toEqual([]);
  });
});
