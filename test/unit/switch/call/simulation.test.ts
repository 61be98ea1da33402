import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { type Decision, forward, hangup, tag } from "../../../../sdk/index.ts";
import { ActingPhone } from "./acting-phone.ts";
import { actingPhones, LONGEST_MS, outcomeOf, QUIET, seedsOr, type Weather } from "./by-chance.ts";
import { type Handlers, later, never, type Reply } from "./scripted.ts";
import { DOMAIN, World } from "./world.ts";

const CALLEES = 3;
/** Schedules per weather. */
const SEEDS = seedsOr(400);

function randomScript(random: () => number, uris: readonly string[]): Handlers {
  const options = () => ({ ringSeconds: 2 + Math.floor(random() * 20), maxSeconds: 5 + Math.floor(random() * 30) });
  const plan = (): Decision[] => {
    const [a = "", b = "", c = ""] = uris;
    const lot = random();
    if (lot < 0.4) return [forward([a, b], options())];
    if (lot < 0.6) return [tag({ n: "1" }), forward([a, b], { ...options(), strategy: "serial" })];
    if (lot < 0.8) return [forward(a, options()), forward([b, c], options())];
    return [forward("nobody"), forward(a, options())];
  };
  const slow = (): Reply => later(random() * 2000);
  const handlers: Handlers = { invite: () => later(random() * 1500, plan()), ended: () => undefined };
  const lot = random();
  if (lot < 0.3) return handlers;
  return {
    ...handlers,
    ringing: slow,
    failed: () => (random() < 0.5 ? forward(uris[2] ?? "", options()) : undefined),
    answered: () => (random() < 0.2 ? hangup() : undefined),
    info: () => (random() < 0.3 ? hangup({ reason: "enough" }) : slow()),
    bye: () => (random() < 0.3 ? never : undefined),
    cancel: () => undefined,
  };
}

function play(seed: number, weather: Weather) {
  const random = seededRandom(seed * 7919);
  const world = new World({ seed, ...weather, route: { public: true } });
  const phones = actingPhones(world, CALLEES);
  world.scripts.handlers = randomScript(
    random,
    phones.map(({ uri }) => uri),
  );
  const caller = new ActingPhone(world.net, world.clock, "caller", "198.51.100.7");
  caller.call(`sip:100@${DOMAIN}`);
  if (random() < 0.2) {
    const decision = random() < 0.5 ? hangup() : forward(phones[2]?.uri ?? "", { maxSeconds: 20 });
    const expire = () => {
      const call = world.calls.list()[0];
      // An answered call is not forwarded any more.
      if (call !== undefined && (decision.type === "hangup" || call.state !== "answered")) {
        world.calls.decide(call.id, decision);
      }
    };
    world.clock.startTimer(random() * 20_000, { expire }, "api");
  }
  const start = world.clock.now();
  while (world.clock.pending > 0 && world.clock.now() - start < LONGEST_MS) world.run(5000);
  return { world, caller, phones, weather };
}

function outcome({ world, caller, phones, weather }: ReturnType<typeof play>) {
  return {
    ...outcomeOf(world, [caller, ...phones]),
    legs: phones.flatMap(({ callIds }) => callIds).filter((id) => world.sw.index.byLegCallId(id) !== undefined),
    scripts: world.scripts.running,
    concurrent: Math.max(1, world.scripts.mostRunning),
    // Where every provisional answer is lost, nothing can tell the phone to stop.
    forgotten: weather.loss > 0.2 ? [] : phones.filter(({ ranOut }) => ranOut).map(({ name }) => name),
  };
}

const EXPECTED = { ...QUIET, legs: [], scripts: 0, concurrent: 1, forgotten: [] };

describe.each<[string, Weather, number]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 6 }, SEEDS],
  ["a network that reorders and duplicates", { loss: 0, duplication: 0.4, maxDelayMs: 300 }, SEEDS],
  ["a network that loses a tenth", { loss: 0.1, duplication: 0.1, maxDelayMs: 200 }, SEEDS],
  ["a network that loses a third", { loss: 0.33, duplication: 0.2, maxDelayMs: 300 }, SEEDS],
])("over %s", (_name, weather, seeds) => {
  it("every call ends, leaves one record and nothing else, and every phone knows that it is over", () => {
    for (let seed = 1; seed <= seeds; seed++) {
      const played = play(seed, weather);
      expect(outcome(played), `seed ${seed}\n${played.world.net.ladder()}`).toEqual(EXPECTED);
    }
  }, 600_000);
});
