import { describe, expect, it } from "vitest";
import { sideText, toneOf, worstMos } from "../../../runtime/console/calls/side-quality.ts";
import type { SideQualityBody } from "../../../runtime/contract/call-quality-api.ts";

const heard = (changes: Partial<SideQualityBody> = {}): SideQualityBody => ({
  side: "caller",
  codec: "PCMA",
  packetsSent: 500,
  packetsReceived: 490,
  packetsLost: 10,
  lossPercent: 2,
  jitterMs: 3.14,
  roundTripMs: 41.26,
  mos: 4.19,
  ...changes,
});
const unheard = heard({ side: "callee", codec: "opus", packetsReceived: 0, mos: null });

describe("The audio of a live call, in words", () => {
  it("is as good as the side that is heard worst", () => {
    expect(worstMos([heard(), heard({ mos: 3.1 })])).toBe(3.1);
    expect(worstMos([heard(), unheard])).toBe(4.19);
    expect(worstMos([unheard])).toBeNull();
  });

  it.each([
    [4.41, "good"],
    [3.96, "good"],
    [3.94, "warn"],
    [3.6, "warn"],
    [3.5, "bad"],
    [1, "bad"],
  ])("is coloured as its score is shown: %d is %s", (mos, tone) => {
    expect(toneOf(mos)).toBe(tone);
  });

  it("names loss, jitter and the round trip of a side, as far as they are known", () => {
    expect(sideText(heard())).toBe("caller: 2.0 % lost, jitter 3.1 ms, round trip 41 ms, PCMA");
    expect(sideText(heard({ roundTripMs: null }))).toBe("caller: 2.0 % lost, jitter 3.1 ms, PCMA");
    expect(sideText(unheard)).toBe("callee: nothing heard yet, opus");
  });
});
