import { describe, expect, it } from "vitest";
import { SimNet, seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import { type Decision, forward, hangup } from "../../../../sdk/index.ts";
import { ActingPhone } from "../call/acting-phone.ts";
import { seedsOr, type Weather } from "../call/by-chance.ts";
import { type Handlers, later } from "../call/scripted.ts";
import { CrashingSwitch, DOMAIN } from "./crashing-switch.ts";

const LONGEST_MS = 15 * 60_000;
const CALLEES = 3;
const STATE = '{"seen":"invite"}';
const LONGEST_AWAY_MS = 4_000;
/** The share of switches that are killed once more, and within how many turns. */
const KILLED_AGAIN = 0.4;
const SOON = 40;
/** The share that is killed while it starts. */
const KILLED_STARTING = 0.3;

/** `heard`: told of the state that the script has when a call is over. */
function scriptOf(random: () => number, uris: readonly string[], heard: (state: string) => void): Handlers {
  const options = () => ({ ringSeconds: 5 + Math.floor(random() * 20), maxSeconds: 10 + Math.floor(random() * 30) });
  const plan = (): Decision[] => {
    const [a = "", b = "", c = ""] = uris;
    const lot = random();
    if (lot < 0.4) return [forward([a, b], options())];
    if (lot < 0.7) return [forward([a, b], { ...options(), strategy: "serial" })];
    return [forward(a, options()), forward([b, c], options())];
  };
  return {
    invite: () => later(random() * 500, plan(), STATE),
    answered: () => (random() < 0.1 ? hangup() : undefined),
    info: () => undefined,
    bye: () => undefined,
    ended: (_call, _event, state) => void heard(state),
  };
}

interface Scene {
  readonly seed: number;
  readonly weather: Weather;
  /** The turn of the clock after which the switch is killed, by chance soon once more and while it starts; `undefined`: never. */
  readonly crashAt: number | undefined;
}

function play({ seed, weather, crashAt }: Scene) {
  const random = seededRandom(seed * 7919);
  const chance = seededRandom(seed * 31 + (crashAt ?? 0));
  const clock = new VirtualClock();
  const net = new SimNet({ seed, ...weather, clock });
  const phones = Array.from(
    { length: CALLEES },
    (_, index) => new ActingPhone(net, clock, `p${index}`, `203.0.113.${index + 10}`),
  );
  const states: string[] = [];
  const script = scriptOf(
    random,
    phones.map(({ uri }) => uri),
    (state) => states.push(state),
  );
  const crashing = new CrashingSwitch({ clock, net, script });
  const caller = new ActingPhone(net, clock, "caller", "198.51.100.7");
  caller.call(`sip:100@${DOMAIN}`);
  const start = clock.now();
  const again = crashAt !== undefined && chance() < KILLED_AGAIN ? crashAt + Math.ceil(chance() * SOON) : undefined;
  let turns = 0;
  let wasTalking = false;
  let isDown = false;
  while (clock.nextAt !== undefined && clock.now() - start < LONGEST_MS) {
    clock.step();
    turns++;
    if (isDown || (turns !== crashAt && turns !== again)) continue;
    const talking = [...crashing.sw.index.calls].filter(
      ({ isConnected, caller: leg }) => isConnected && !leg.awaitsAck,
    );
    wasTalking ||= talking.length > 0;
    crashing.kill(chance() < 0.5);
    isDown = true;
    const expire = (): void => {
      isDown = false;
      if (chance() < KILLED_STARTING) crashing.startInVain();
      crashing.start();
    };
    clock.startTimer(chance() * LONGEST_AWAY_MS, { expire }, "start");
  }
  return { crashing, caller, phones, weather, turns, wasTalking, states, net, clock };
}

function outcomeOf({ crashing, caller, phones, clock, weather, wasTalking, states }: ReturnType<typeof play>) {
  const everybody = [caller, ...phones];
  const [record] = crashing.records.values();
  const ended = crashing.scripts.flatMap(({ events }) => events.filter(({ type }) => type === "ended"));
  return {
    left: everybody.filter(({ state }) => state !== "over" && state !== "idle").map(({ name }) => name),
    forgotten: phones.filter(({ ranOut }) => ranOut).map(({ name }) => name),
    // A caller that acknowledges nothing leaves his callee to the switch, and where a third is lost it may be all ACKs.
    unheard:
      weather.loss > 0.2 || caller.neverAcks ? [] : phones.filter((one) => one.wasUnheard).map((one) => one.name),
    calls: crashing.sw.index.size,
    transactions: crashing.current.switch.stack.transactions.size,
    timers: clock.pending,
    errors: crashing.errors,
    // Where the INVITE never came through there is no call.
    records: Math.max(crashing.records.size, caller.isHeard ? 0 : 1),
    journaled: crashing.current.log.figures.calls,
    isScriptTold: ended.length > 0 || !caller.isHeard,
    // Whoever talked when the switch died goes on talking.
    isCut: wasTalking && record?.result !== "answered",
    hasForgotten: wasTalking && states.some((state) => state !== STATE),
  };
}

const EXPECTED = {
  left: [],
  forgotten: [],
  unheard: [],
  calls: 0,
  transactions: { client: 0, server: 0 },
  timers: 0,
  errors: [],
  records: 1,
  journaled: 0,
  isScriptTold: true,
  isCut: false,
  hasForgotten: false,
};

describe.each<[string, Weather, number]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 6 }, seedsOr(6)],
  ["a network that reorders and duplicates", { loss: 0, duplication: 0.3, maxDelayMs: 200 }, seedsOr(3)],
  ["a network that loses a tenth", { loss: 0.1, duplication: 0.1, maxDelayMs: 200 }, seedsOr(6)],
  ["a network that loses a third", { loss: 0.33, duplication: 0.2, maxDelayMs: 300 }, seedsOr(3)],
])("over %s, a switch that is killed at any turn of a call and started again", (_name, weather, seeds) => {
  it("leaves every phone knowing how the call stands, one record of it, and nothing behind", () => {
    const seen = { resumed: 0, ended: 0 };
    for (let seed = 1; seed <= seeds; seed++) {
      const { turns } = play({ seed, weather, crashAt: undefined });
      for (let crashAt = 1; crashAt <= turns; crashAt++) {
        const played = play({ seed, weather, crashAt });
        seen.resumed += played.crashing.taken?.resumed ?? 0;
        seen.ended += played.crashing.taken?.ended ?? 0;
        expect(outcomeOf(played), `seed ${seed}, turn ${crashAt}\n${played.net.ladder()}`).toEqual(EXPECTED);
      }
    }
    // Both have been seen, many times.
    expect(Math.min(seen.resumed, seen.ended)).toBeGreaterThan(10);
  }, 600_000);
});
