import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { forward, gather, hangup, play, record, type Script, say, voicemail, wait } from "../../../sdk/index.ts";

const menu = {
  invite: () => [gather({ say: "For sales, press 1.", timeoutSeconds: 4, retries: 1 }), forward("carol")],
  gathered: (_call, { digits }) => (digits === "1" ? forward("alice") : undefined),
} satisfies Script;

describe("What a caller hears and presses", () => {
  it("leads through a menu by keys", async () => {
    const call = simulate(menu).invite({ to: "700" });
    await call.hears("For sales");
    await call.presses("1");
    await call.rings("alice");
    expect(call.events.at(-1)).toMatchObject({ type: "gathered", digits: "1", end: "digits" });
  });

  it("is said again to whoever presses nothing, and then the plan goes on", async () => {
    const call = simulate(menu).invite({ to: "700" });
    await call.rings("carol");
    expect(call).toHaveHeard("For sales", "press 1");
    expect(call.heard).toEqual(["say:For sales, press 1.", "say:For sales, press 1."]);
  });

  it("lasts as long as the test says, in the order of the plan", async () => {
    const script: Script = { invite: () => [play(["welcome", "silence:500"]), say("Good bye."), wait(3), hangup()] };
    const call = simulate(script, { sounds: { welcome: 2.5 } }).invite({ to: "700" });
    await call.hears("welcome");
    call.advance(2.9);
    await call.advance(0);
    expect(call).toBeIn(play(["welcome", "silence:500"]));
    await call.hears(/Good bye/);
    await call.advance(2);
    expect(call).toBeIn(wait(3));
    await call.ends({ within: 3 });
    expect(call.cdr).toMatchObject({ result: "answered", endedBy: "switch" });
  });

  it("is missing where the test has said which sounds there are", async () => {
    const script: Script = { invite: () => [play("welcom"), play("vm-goodbye")], played: () => undefined };
    const call = simulate(script, { sounds: { welcome: 1 } }).invite({ to: "700" });
    await call.hears("vm-goodbye");
    expect(call.events[1]).toMatchObject({ type: "played", end: "failed" });
    expect(call.timeline).toContain('There is no sound "welcom"');
  });
});

describe("What a caller says", () => {
  const box: Script = { invite: () => voicemail("alice"), voicemail: () => undefined };

  it("is a message in the mailbox, until a key, until silence or until the caller hangs up", async () => {
    const simulation = simulate(box, { now: "2026-11-26T10:00:00Z" });
    const byKey = simulation.invite({ to: "100", from: "+4930123456", name: "Greta" });
    await byKey.hears("vm-greeting-unavailable", "tone:beep");
    await byKey.speaks(4);
    await byKey.presses("#");
    await byKey.hears("vm-saved");
    const bySilence = simulation.invite({ to: "100" });
    await bySilence.speaks(3);
    await bySilence.hears("vm-saved");
    const byHangingUp = simulation.invite({ to: "100" });
    await byHangingUp.speaks(2);
    await byHangingUp.hangsUp();
    const messages = await simulation.mailbox("alice");
    expect(messages.map(({ seconds }) => Math.round(seconds))).toEqual([2, 3, 4]);
    expect(messages.at(-1)).toMatchObject({
      from: "sip:+4930123456@outside.example",
      fromName: "Greta",
      folder: "new",
      receivedAt: expect.stringMatching(/^2026-11-26T10:00:/),
    });
  });

  it("is nothing where the caller says nothing", async () => {
    const call = simulate(box).invite({ to: "100" });
    await call.hears("tone:beep");
    await call.hears("vm-too-short");
    await call.ends();
    expect(await call.mailbox("alice")).toEqual([]);
    expect(call.events.at(-1)).toMatchObject({ type: "voicemail", end: "empty" });
  });

  it("is a recording that can be played", async () => {
    const script: Script = {
      invite: () => record({ maxSeconds: 10 }),
      recorded: (_call, { recording }) => [play(`recording:${recording}`), hangup()],
    };
    const call = simulate(script).invite({ to: "100" });
    await call.speaks(10);
    await call.hears(/^recording:/);
    expect(call.events[1]).toMatchObject({ type: "recorded", end: "limit", seconds: 10 });
  });
});
