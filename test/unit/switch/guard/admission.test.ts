import { describe, expect, it, vi } from "vitest";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { AdmissionControl } from "../../../../runtime/switch/guard/admission.ts";
import { forward } from "../../../../sdk/index.ts";
import { DOMAIN, World } from "../call/world.ts";
import { Guarded } from "./guarded.ts";

describe("Of the calls that may begin", () => {
  it.each([
    { of: "a second", limits: { max: 1_000, perSecond: 100 }, active: 0, most: 50, verdict: "calls-per-second" },
    { of: "all at once", limits: { max: 100, perSecond: 1_000 }, active: 40, most: 50, verdict: "calls" },
  ])("$of a part is kept for those whom we know, however many strangers wait", ({ limits, active, most, verdict }) => {
    const admission = new AdmissionControl(limits, new VirtualClock());
    expect(admission.admit(active, true, most - 1)).toBe("admitted");
    expect(admission.admit(active, true, most)).toBe(verdict);
    expect(admission.admit(active, false, most)).toBe("admitted");
  });
});

it.each([
  { waiting: 0, heard: "100 INVITE" },
  { waiting: 500, heard: "503 INVITE" },
])("a stranger behind $waiting others who wait hears $heard", ({ waiting, heard }) => {
  const world = new World({ script: { invite: () => forward("bob") }, limits: { max: 10_000, perSecond: 1_000 } });
  Object.assign(world.sw.parts, { guard: new Guarded().guard });
  vi.spyOn(world.sw.parts.stack, "waitingStrangers", "get").mockReturnValue(waiting);
  world.registered("bob");
  const carol = world.phone("carol");
  carol.invite(`sip:100@${DOMAIN}`);
  world.run(300);
  expect(carol.kinds).toEqual([heard]);
});
