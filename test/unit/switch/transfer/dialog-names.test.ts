import { describe, expect, it } from "vitest";
import { formatReplaces, parseReplaces } from "../../../../runtime/sip/message/header/replaces.ts";
import { glareWaitMs } from "../../../../runtime/switch/transfer/media/glare.ts";
import { replacesField, talkWithAlice, transferWorld } from "./transfer-world.ts";

function tagOf(value: string): string {
  return /;tag=([^;]+)/.exec(value)?.[1] ?? "";
}

describe("Names of dialogs in an INVITE that goes on", () => {
  it("are those of the other side of the call that they name", () => {
    const { world, carol, alice, caller, callee } = talkWithAlice(transferWorld());
    const [mine, theirs] = [tagOf(caller.local), tagOf(caller.remote)];
    carol.invite("sip:100@example.com", {
      fields: [
        ["Join", replacesField(caller)[1]],
        ["Target-Dialog", `${caller.callId};local-tag=${theirs};remote-tag=${mine}`],
      ],
    });
    world.run(50);
    const invite = alice.take("INVITE");
    const [own, ours] = [tagOf(callee.local), tagOf(callee.remote)];
    expect(invite.header("Join")).toBe(`${callee.callId};to-tag=${own};from-tag=${ours}`);
    expect(invite.header("Target-Dialog")).toBe(`${callee.callId};local-tag=${own};remote-tag=${ours}`);
  });

  it("stay here where they name no dialog of ours", () => {
    const { world, carol, alice } = talkWithAlice(transferWorld());
    carol.invite("sip:100@example.com", { fields: [["Target-Dialog", "a;local-tag=b;remote-tag=c"]] });
    world.run(50);
    expect(alice.take("INVITE").header("Target-Dialog")).toBe("");
  });
});

describe("Replaces (RFC 3891 §6.1)", () => {
  it.each([
    [
      "12345@example.com;from-tag=1;to-tag=2",
      { callId: "12345@example.com", toTag: "2", fromTag: "1", earlyOnly: false },
    ],
    ["a ; TO-TAG=x;from-tag=y;early-only", { callId: "a", toTag: "x", fromTag: "y", earlyOnly: true }],
    ["a;to-tag=x;from-tag=y;other=z", { callId: "a", toTag: "x", fromTag: "y", earlyOnly: false }],
  ])("is read: %s", (text, value) => {
    expect(parseReplaces(text)).toEqual(value);
    expect(parseReplaces(formatReplaces(value))).toEqual(value);
  });

  it.each([
    "",
    "a",
    ";to-tag=1;from-tag=2",
    "a;to-tag=1",
    "a;from-tag=1",
    "a;to-tag;from-tag=2",
    "a;to-tag=1;to-tag=2;from-tag=3",
    "a b;to-tag=1;from-tag=2",
    "a;to-tag=1;from-tag=2, b;to-tag=1;from-tag=2",
    'a;to-tag="1;from-tag=2',
    'a;to-tag="1;x";from-tag=2',
    "a;to-tag=1\r\nX-Evil:y;from-tag=2",
    "a\r\n;to-tag=1;from-tag=2",
  ])("is refused: %s", (text) => {
    expect(parseReplaces(text)).toBeUndefined();
  });
});

describe("The time after a 491 (RFC 3261 §14.1)", () => {
  it("is 2.1 to 4 s for whoever made the Call-ID, else 0 to 2 s, in steps of 10 ms", () => {
    expect([
      glareWaitMs(true, 0),
      glareWaitMs(true, 0.9999),
      glareWaitMs(false, 0),
      glareWaitMs(false, 0.9999),
    ]).toEqual([2_100, 4_000, 0, 2_000]);
    expect(glareWaitMs(true, 0.37) % 10).toBe(0);
  });
});
