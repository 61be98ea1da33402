import { describe, expect, it } from "vitest";
import { simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { calls, forward, reject, type Script } from "../../../sdk/index.ts";

const dial = (target: string): Script => ({ invite: () => [forward(target, { ringSeconds: 5 }), reject(480)] });

describe("What stands outside", () => {
  it("is a phone that rings, at whatever port", async () => {
    const call = simulate(dial("sip:1@gw.example.net:5080"), { public: true }).invite({ to: "100" });
    await call.answers("sip:1@gw.example.net:5080");
    expect(call).toBeConnectedTo("sip:1@gw.example.net:5080");
  });

  it("refuses at once, or gives no sign of life, where the test says so", async () => {
    const outside = { "full.example.net": 503, "dead.example.net": "silent" } as const;
    const full = simulate(dial("sip:1@full.example.net"), { public: true, outside }).invite({ to: "100" });
    await full.ends({ within: 1 });
    expect(full.cdr?.legs).toMatchObject([{ code: 503 }]);
    const dead = simulate(dial("sip:1@dead.example.net"), { public: true, outside }).invite({ to: "100" });
    await dead.advance(4);
    expect([dead.rung, dead.isOver]).toEqual([[], false]);
    await dead.ends({ within: 2 });
    expect(dead.cdr?.legs).toMatchObject([{ code: 408 }]);
  });

  it("answers no request where the test says so: a script waits on virtual time", async () => {
    const script: Script = {
      async invite() {
        const signal = AbortSignal.timeout(800);
        const patient = await fetch("https://crm.example.com/").catch((error) => error.code);
        const hasty = await fetch("https://crm.example.com/", { signal }).catch((error) => error.name);
        return reject(480, { reason: `${patient} ${hasty}` });
      },
    };
    const call = simulate(script, { fetch: () => "silence" }).invite({ to: "100" });
    await call.advance(4.9);
    expect(call.isOver).toBe(false);
    await call.ends();
    expect(call.response?.reason).toBe("timeout TimeoutError");
  });
});

describe("A call that the script begins", () => {
  const script: Script = {
    http: async ({ path }) => {
      await calls.originate({ from: path.slice(1), to: forward("bob") });
    },
  };

  it("is a call as any other, whose caller is whoever is called first", async () => {
    const simulation = simulate(script);
    await simulation.http({ path: "/alice" });
    const call = simulation.begun();
    await call.rings("alice");
    await call.answers("alice");
    await call.answers("bob");
    expect(call).toBeConnectedTo("bob");
    expect(call).toHaveRung(["alice", "bob"]);
    await call.hangsUp();
    expect(call.cdr).toMatchObject({ direction: "outbound", endedBy: "caller" });
  });

  it("is missed by name where the script has begun none", () => {
    expect(() => simulate(script).begun()).toThrow("The script has begun no call");
  });
});
