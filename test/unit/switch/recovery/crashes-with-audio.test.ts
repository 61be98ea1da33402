import { describe, expect, it } from "vitest";
import { SimNet, seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import { VirtualClock } from "../../../../runtime/simulator/virtual-clock.ts";
import {
  type Decision,
  forward,
  gather,
  play,
  record,
  recordCall,
  transfer,
  voicemail,
  wait,
} from "../../../../sdk/index.ts";
import { sdp } from "../audio/audio-world.ts";
import { SimAudio } from "../audio/sim-audio.ts";
import { ActingPhone } from "../call/acting-phone.ts";
import { seedsOr } from "../call/by-chance.ts";
import { type Handlers, later } from "../call/scripted.ts";
import { CrashingSwitch, DOMAIN } from "./crashing-switch.ts";

const LONGEST_MS = 15 * 60_000;
const CALLEES = 3;
const LONGEST_AWAY_MS = 4_000;
/** Calls that are tried. */
const SEEDS = seedsOr(15);
/** Turns of each at which the switch is killed. */
const CRASHES = 12;

function scriptOf(random: () => number, uris: readonly string[]): Handlers {
  const any = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const sound = (): Decision =>
    any([
      play("tune-3000", { early: random() < 0.3 }),
      gather({ prompt: "menu", timeoutSeconds: 2, retries: 1 }),
      record({ maxSeconds: 4 }),
      voicemail("alice"),
      wait(1),
    ]);
  const call = (): Decision =>
    forward(any(uris), {
      ringSeconds: 2 + Math.floor(random() * 8),
      maxSeconds: 8 + Math.floor(random() * 20),
      record: random() < 0.3,
      ...(random() < 0.3 ? { confirm: {} } : {}),
      media: any(["auto", "anchor", "anchor", "release"]),
    });
  return {
    invite: () => later(random() * 500, any([[sound()], [sound(), call()], [call(), sound()], [call()]])),
    answered: () => any([undefined, undefined, recordCall("start"), later(400, transfer(any(uris)))]),
    gathered: () => undefined,
    bye: () => undefined,
    ended: () => undefined,
  };
}

interface Scene {
  readonly seed: number;
  /** The turns of the clock after which the switch is killed. */
  readonly crashesAt: readonly number[];
}

async function act({ seed, crashesAt }: Scene) {
  const random = seededRandom(seed * 7919);
  const chance = seededRandom(seed * 31 + (crashesAt[0] ?? 0));
  const clock = new VirtualClock();
  const net = new SimNet({ seed, clock });
  const phones = Array.from({ length: CALLEES + 1 }, (_, index) => {
    const phone = new ActingPhone(net, clock, `p${index}`, `203.0.113.${index + 10}`);
    phone.description = (version) => sdp(phone.address, { version });
    return phone;
  });
  const [caller, ...callees] = phones;
  const script = scriptOf(
    random,
    callees.map(({ uri }) => uri),
  );
  const planes: SimAudio[] = [];
  const audio = () => {
    const plane = new SimAudio(clock);
    planes.push(plane);
    return { plane, library: plane.library, mailboxes: plane.mailboxes };
  };
  const crashing = new CrashingSwitch({ clock, net, script, audio });
  caller?.call(`sip:100@${DOMAIN}`);
  const start = clock.now();
  let turns = 0;
  let isDown = false;
  while (clock.nextAt !== undefined && clock.now() - start < LONGEST_MS) {
    clock.step();
    await new Promise((resolve) => setImmediate(resolve));
    if (!crashesAt.includes(++turns) || isDown) continue;
    isDown = true;
    crashing.kill(chance() < 0.5);
    const expire = (): void => {
      isDown = false;
      crashing.start();
    };
    clock.startTimer(chance() * LONGEST_AWAY_MS, { expire }, "start");
  }
  return { crashing, phones, turns, net, clock, planes };
}

function outcomeOf({ crashing, phones, clock, planes }: Awaited<ReturnType<typeof act>>) {
  return {
    left: phones.filter(({ state }) => state !== "over" && state !== "idle").map(({ name }) => name),
    calls: crashing.sw.index.size,
    transactions: crashing.current.switch.stack.transactions.size,
    timers: clock.pending,
    errors: crashing.errors,
    records: crashing.records.size,
    journaled: crashing.current.log.figures.calls,
    endpoints: planes.at(-1)?.endpoints,
  };
}

const EXPECTED = {
  left: [],
  calls: 0,
  transactions: { client: 0, server: 0 },
  timers: 0,
  errors: [],
  records: 1,
  journaled: 0,
  endpoints: 0,
};

describe("A switch that is killed while it plays, records, transfers or connects audio, and started again", () => {
  it("leaves every phone knowing how the call stands, one record of it, and nothing behind", async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { turns } = await act({ seed, crashesAt: [] });
      const random = seededRandom(seed);
      for (let round = 0; round < CRASHES; round++) {
        const first = 1 + Math.floor(random() * turns);
        const crashesAt = random() < 0.3 ? [first, first + 5 + Math.floor(random() * 40)] : [first];
        const played = await act({ seed, crashesAt });
        const what = `seed ${seed}, turns ${crashesAt.join(" and ")}\n${played.net.ladder()}`;
        expect(outcomeOf(played), what).toEqual(EXPECTED);
      }
    }
  }, 600_000);
});
