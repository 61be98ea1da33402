import { forward, OperationError, voicemail } from "strowger";
import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import officeHours from "./office-hours.ts";

const NUMBER = "700";
const timeZone = "Europe/Berlin";
const THURSDAY_MORNING = "2026-11-26 10:00";

describe("Office hours", () => {
  it("lead through the menu while it is open, and count a key in the middle of it", async () => {
    const call = simulate(officeHours, { now: THURSDAY_MORNING, timeZone }).invite({ to: NUMBER });
    await call.hears("For sales, press 1.");
    await call.presses("2");
    await call.rings("bob");
    await call.rejects("bob");
    await call.hears("vm-greeting-busy");
    expect(call).toBeIn(voicemail("bob"));
  });

  it("give the operator to whoever presses nothing, and to whoever presses what leads nowhere", async () => {
    const simulation = simulate(officeHours, { now: THURSDAY_MORNING, timeZone });
    const silent = simulation.invite({ to: NUMBER });
    await silent.rings("alice");
    expect(silent.heard).toHaveLength(2);
    await silent.hangsUp();
    const lost = simulation.invite({ to: NUMBER });
    await lost.presses("7");
    await lost.rings("alice");
    await lost.noAnswer(20);
    expect(lost).toBeIn(voicemail("alice"));
  });

  it.each([
    ["after hours", "2026-11-26 18:00", "Friday, November 27, at 9:00 AM"],
    ["at lunch", "2026-11-26 13:00", "Thursday, November 26, at 1:30 PM"],
    ["on Friday afternoon", "2026-11-27 16:30", "Monday, November 30, at 9:00 AM"],
    ["on Christmas Eve in the afternoon", "2026-12-24 12:00", "Monday, December 28, at 9:00 AM"],
    ["on a holiday of one year", "2027-03-26 10:00", "Monday, March 29, at 9:00 AM"],
  ])("say %s when it opens, and take a message", async (_when, now, opensAt) => {
    const call = simulate(officeHours, { now, timeZone }).invite({ to: NUMBER });
    await call.hears(`We are here again on ${opensAt}.`);
    await call.speaks(3);
    await call.hears("vm-saved");
    expect(call).toHaveRung([]);
    expect(await call.mailbox("alice")).toHaveLength(1);
  });

  it("are over at once with the key `closed`", async () => {
    const call = simulate(officeHours, { now: THURSDAY_MORNING, timeZone, kv: { closed: true } }).invite({
      to: NUMBER,
    });
    await call.hears("We are closed at the moment.", "vm-greeting-unavailable");
  });

  it("count alone where the store cannot be asked", async () => {
    const operations = { "kv.get": () => Promise.reject(new OperationError("unavailable", "no store")) };
    const call = simulate(officeHours, { now: THURSDAY_MORNING, timeZone, operations }).invite({ to: NUMBER });
    await call.presses("1");
    await call.answers("bob");
    expect(call.faults).toEqual([]);
    expect(call).toBeIn(forward(["alice", "bob"]));
  });
});
