import { describe, expect, it } from "vitest";
import { holdChange } from "../../../runtime/sdp/hold.ts";
import { audioOffer, POLYCOM_HOLD, SIPP } from "./samples.ts";

const says = (...lines: readonly string[]) => audioOffer("audio 5000 RTP/AVP 0", ...lines);

describe("hold by a new offer (RFC 3264 §8.4)", () => {
  it.each([
    ["sendonly", says("a=sendonly"), "hold", null],
    ["inactive", says("a=inactive"), "hold", null],
    ["address 0.0.0.0", says("c=IN IP4 0.0.0.0"), "hold", null],
    ["address and direction", POLYCOM_HOLD, "hold", null],
    ["sendrecv", says("a=sendrecv"), null, "resume"],
    ["no direction", SIPP, null, "resume"],
    ["recvonly", says("a=recvonly"), null, "resume"],
    ["no audio", audioOffer("image 5000 udptl t38"), null, null],
    ["audio that is switched off", audioOffer("audio 0 RTP/AVP 0", "a=inactive"), null, null],
    ["nothing that can be read", "a=sendonly", null, null],
  ] as const)("with %s", (_title, sdp, fromTalking, fromHolding) => {
    expect(holdChange(false, sdp)).toBe(fromTalking);
    expect(holdChange(true, sdp)).toBe(fromHolding);
  });

  it("looks at the audio line that is in use", () => {
    expect(holdChange(false, audioOffer("audio 0 RTP/AVP 0", "m=audio 6000 RTP/AVP 0", "a=sendonly"))).toBe("hold");
  });
});

describe("hold by an answer", () => {
  it.each([
    ["sendonly", "sendrecv", "hold"],
    ["inactive", "sendrecv", "hold"],
    ["inactive", "sendonly", "hold"],
    ["recvonly", "sendonly", null],
    ["inactive", "inactive", null],
    ["sendonly", "recvonly", null],
    ["sendrecv", "sendrecv", null],
  ] as const)("%s to %s", (answer, offer, change) => {
    expect(holdChange(false, says(`a=${answer}`), says(`a=${offer}`))).toBe(change);
  });

  it("ends by an answer that receives, and not by one that has no choice", () => {
    expect(holdChange(true, says("a=inactive"), says("a=inactive"))).toBeNull();
    expect(holdChange(true, says("a=sendrecv"), says("a=sendrecv"))).toBe("resume");
  });
});
