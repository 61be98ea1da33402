import { describe, expect, it } from "vitest";
import { type SimulatedCall, SimulationError, simulate } from "../../../runtime/simulator/index.ts";
import "../../../runtime/simulator/vitest.ts";
import { forward, reject, type Script, voicemail } from "../../../sdk/index.ts";

const frontDesk = {
  invite: (call) =>
    call.to.user === "100" ? [forward("alice", { ringSeconds: 20 }), voicemail("alice")] : reject(404),
} satisfies Script;

const late = {
  async invite() {
    return [forward("alice", { ringSeconds: 20 }), voicemail("alice")];
  },
  async failed() {
    return reject(480);
  },
} satisfies Script;

describe("What does not come true in a simulation", () => {
  it("is told with what happened instead, and all that happened", async () => {
    const call = simulate(frontDesk).invite({ to: "300", from: "bob" });
    const error = await failureOf(() => call.rings("alice"));
    expect(error.message).toContain(
      'expected that within 60 s the phone of "alice" rings; but the caller got 404 Not Found.',
    );
    expect(error.message).toMatch(/0\.000 s {2}\* bob calls 300\n/);
    expect(error.message).toMatch(/0\.005 s {2} {2}invite returned reject\(404\)\n/);
    expect(error.message).toMatch(/0\.005 s {2}SIP switch -> bob {2}404 Not Found \(INVITE\)/);
  });

  it.each<[string, (call: SimulatedCall) => PromiseLike<void> | void, string]>([
    ["answers", (call) => call.answers("bob"), 'answers("bob"): the phone of "bob" does not ring; but the call is in'],
    ["rejects", (call) => call.rejects("bob"), 'rejects("bob"): the phone of "bob" does not ring'],
    ["hangsUp", (call) => call.hangsUp("alice"), 'hangsUp("alice"): alice is not in the call; use rejects("alice")'],
    [
      "hears",
      (call) => call.hears("welcome"),
      'hears("welcome"): the caller has heard "vm-greeting-unavailable", "tone:beep"',
    ],
    ["ends", (call) => call.ends({ within: 5 }), "expected that within 5 s the call ends"],
    ["speaks", (call) => call.speaks(3, { within: 5 }), "speaks(3): nothing is recorded"],
    ["presses", (call) => call.presses("1", { by: "bob" }), 'presses("1"): no call of "bob" takes the key 1'],
    ["noAnswer", (call) => [call.answers(), call.noAnswer(5)][1], "noAnswer(5): no phone rings; but the caller talks"],
    ["matchers", (call) => expect(call).toBeConnectedTo("bob"), 'expected the call to be connected to "bob"; but'],
    ["not", (call) => expect(call).not.toHaveRung(["alice"]), 'expected the call not to have rung ["alice"]'],
  ])("is told by %s", async (_verb, act, message) => {
    const call = simulate(frontDesk).invite({ to: "100" });
    await call.rings("alice");
    expect((await failureOf(() => act(call))).message).toContain(message);
  });

  it("asks who is meant where several phones ring", async () => {
    const call = simulate({ invite: () => forward(["alice", "bob"]) }).invite({ to: "1" });
    await call.rings("bob");
    expect((await failureOf(() => call.answers())).message).toContain(
      'answers(): say who; the phones of "alice", "bob" ring',
    );
  });

  it("advises to await where a script has not come to its end", async () => {
    const call = simulate(late).invite({ to: "100" });
    const { message } = await failureOf(() => expect(call).toBeIn(forward("alice")));
    expect(message).toContain("await the line before, such as `await call.noAnswer(20)`");
    await call.rings("alice");
    expect(call).toBeIn(forward("alice"));
  });

  it("names the place in the script that has failed", () => {
    const script: Script = { invite: ({ to }) => Reflect.get(to, "nobody").forward };
    const call = simulate(script).invite({ to: "100" });
    expect(() => expect(call).toBeRejectedWith(404)).toThrow(
      /The script failed at invite: threw: TypeError: .*\(.*failures\.test\.ts:\d+:\d+\)/,
    );
  });

  it("is a registration of a user who is none", () => {
    expect(() => simulate(frontDesk, { registrations: ["zoe"] })).toThrow(
      'registrations: there is no user "zoe"; there are alice, bob, carol, dave',
    );
  });

  it("never waits in real time: a handler that waits for what does not come is given up", async () => {
    const start = performance.now();
    const call = simulate({ invite: () => new Promise<never>(() => {}) }).invite({ to: "1" });
    await call.ends();
    expect(call).toBeRejectedWith(500);
    expect(call.faults[0]?.message).toBe("The handler did not finish within 10000 ms");
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it("ends what the test does next where a step that was not awaited has failed", async () => {
    const call = simulate(late).invite({ to: "100" });
    const forgotten = call.rings("bob");
    await expect(Promise.resolve(call.advance(1))).rejects.toThrow('the phone of "bob" rings');
    await expect(Promise.resolve(forgotten)).rejects.toThrow(SimulationError);
  });
});

describe("A run of a simulation", () => {
  it("is the same for the same seed, in every message but for the numbers of session descriptions", async () => {
    const run = async (seed: number): Promise<unknown> => {
      const simulation = simulate(late, { seed });
      const call = simulation.invite({ to: "100", from: "+4930123" });
      await call.rings("alice");
      await call.noAnswer(20);
      await call.speaks(3);
      await call.hangsUp();
      const messages = simulation.timeline.moments.flatMap((moment) => (moment.type === "sip" ? [moment.text] : []));
      return [call.timeline, messages.map((text) => text.replaceAll(/^(?:o=|Content-Length:).*$/gm, "")), call.cdr];
    };
    expect(await run(3)).toEqual(await run(3));
    expect(await run(3)).not.toEqual(await run(4));
  });

  it("leaves nothing behind: neither timers nor calls nor transactions", async () => {
    const simulation = simulate(frontDesk, { registrations: [] });
    const call = simulation.invite({ to: "100" });
    await call.speaks(3);
    await call.hangsUp();
    await simulation.advance(600);
    const { sw, stack } = simulation.switch;
    expect([simulation.clock.pending, sw.index.size, stack.transactions.size]).toEqual([
      0,
      0,
      { client: 0, server: 0 },
    ]);
  });
});

async function failureOf(work: () => PromiseLike<void> | void): Promise<Error> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error("nothing has failed");
}
