import { OperationError, voicemail } from "strowger";
import { simulate } from "strowger/testing";
import { describe, expect, it } from "vitest";
import "strowger/testing/vitest";
import spamScreen from "./spam-screen.ts";

const kv = { "block:+4930666666": "silence on the line" };

describe("The spam screen", () => {
  it("lets callers with a number through, and takes a message where nobody answers", async () => {
    const call = simulate(spamScreen, { kv }).invite({ to: "100", from: "+4930123456" });
    await call.rings("alice");
    await call.noAnswer(25);
    expect(call).toBeIn(voicemail("100"));
    expect(call.heard).not.toContain(/press 5/);
  });

  it("refuses whoever is on the block list, however the number is written, and says why in the log", async () => {
    const simulation = simulate(spamScreen, { kv, country: "de" });
    for (const from of ["+4930666666", "030 666666", "004930666666"]) {
      const call = simulation.invite({ to: "100", from });
      await call.ends();
      expect(call).toBeRejectedWith(603);
      expect(call).toHaveRung([]);
      expect(call.logs).toMatchObject([{ text: "refused +4930666666: silence on the line" }]);
    }
  });

  it("connects an anonymous caller who presses 5, also in the middle of the sentence", async () => {
    const call = simulate(spamScreen).invite({ to: "100" });
    await call.hears("To be connected, press 5.");
    expect(call).toHaveRung([]);
    await call.presses("5");
    await call.answers("alice");
    expect(call).toBeConnectedTo("alice");
  });

  it("asks a machine twice, and hangs up", async () => {
    const call = simulate(spamScreen).invite({ to: "100" });
    await call.ends();
    expect(call.heard.filter((words) => words.includes("press 5"))).toHaveLength(2);
    expect(call).toHaveHeard("vm-goodbye");
    expect(call).toHaveRung([]);
  });

  it("hangs up on who presses another key, and leaves it at that where the caller hangs up first", async () => {
    const wrong = simulate(spamScreen).invite({ to: "100" });
    await wrong.presses("1");
    await wrong.ends();
    expect(wrong).toHaveRung([]);
    const gone = simulate(spamScreen).invite({ to: "100" });
    await gone.hears("press 5");
    await gone.hangsUp();
    expect(gone.cdr).toMatchObject({ endedBy: "caller" });
    expect(gone.faults).toEqual([]);
  });

  it("does not ask our own phones", async () => {
    const call = simulate(spamScreen).invite({ to: "100", from: "bob" });
    await call.answers("alice");
    expect(call.heard).toEqual([]);
  });

  it.each(["x".repeat(300), "sip:%00%0d%0a@evil.example", "123"])(
    "asks who shows no real number: %.20s",
    async (from) => {
      const call = simulate(spamScreen).invite({ to: "100", from });
      await call.hears("press 5");
      expect(call.faults).toEqual([]);
    },
  );

  it("lets everybody with a number through where the store cannot be asked", async () => {
    const operations = { "kv.get": () => Promise.reject(new OperationError("unavailable", "no store")) };
    const call = simulate(spamScreen, { operations }).invite({ to: "100", from: "+4930666666" });
    await call.rings("alice");
  });
});
