import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { forward, gather, type Script } from "../../../sdk/index.ts";

const script: Script = {
  invite: (call) => forward("alice", { record: call.to.user === "700" }),
  bye: (_call, { by, reason }) => console.log(`${by}: ${reason}`),
  ended: (_call, { cdr }) => console.log(cdr.reason),
};

async function talking(to: string) {
  const call = simulate(script).invite({ to });
  await call.rings("alice");
  await call.answers();
  return call;
}

describe("A phone of a simulation whose power is cut", () => {
  it.each(["caller", "alice"])("ends its call some time after %s is gone, and the script hears why", async (who) => {
    const call = await talking("100");
    await call.vanishes(who);
    await call.advance(10 * 60);
    expect(call.isOver).toBe(false);
    await call.advanceToEnd(15 * 60);
    const reason = `The ${who === "caller" ? "caller" : "called side"} does not answer any more`;
    expect(call.cdr).toMatchObject({ result: "answered", reason, endedBy: "switch" });
    expect(call.logs.map(({ text }) => text)).toEqual([`switch: ${reason}`, reason]);
  });

  it("is missed sooner where its audio ends at the switch", async () => {
    const call = await talking("700");
    await call.vanishes("alice");
    await call.advanceToEnd(8 * 60);
    expect(call.cdr?.reason).toBe("The called side is not heard any more, and does not answer");
  });

  it("must be in the call", async () => {
    const call = simulate({ invite: () => gather() }).invite({ to: "100" });
    await expect(async () => call.vanishes("alice")).rejects.toThrow('vanishes("alice"): alice is not in the call');
  });

  it("is not missed as long as it is there: phones answer when they are asked", async () => {
    const call = await talking("100");
    await call.advance(3 * 3600);
    expect(call).toBeConnectedTo("alice");
  });
});
