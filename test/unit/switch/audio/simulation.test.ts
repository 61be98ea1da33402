import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import {
  type Decision,
  forward,
  gather,
  hangup,
  play,
  record,
  recordCall,
  reject,
  voicemail,
  wait,
} from "../../../../sdk/index.ts";
import { actingPhones, LONGEST_MS, outcomeOf, QUIET, seedsOr, type Weather } from "../call/by-chance.ts";
import { faults, type Handlers, later, type Reply } from "../call/scripted.ts";
import { DOMAIN, World } from "../call/world.ts";
import { sdp } from "./audio-world.ts";
import { SimAudio } from "./sim-audio.ts";

const CALLEES = 2;
/** Schedules per weather. */
const SEEDS = seedsOr(60);

function randomScript(random: () => number, uris: readonly string[]): Handlers {
  const any = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const early = () => ({ early: random() < 0.3 });
  const audio = (): Decision =>
    any([
      play("tune-3000", early()),
      gather({ prompt: "menu", timeoutSeconds: 2, retries: 1, ...early() }),
      record({ maxSeconds: 4 }),
      voicemail(any(["alice", "nobody"])),
      wait(1),
    ]);
  const call = (): Decision =>
    forward(any(uris), {
      ringSeconds: 2 + Math.floor(random() * 8),
      maxSeconds: 5 + Math.floor(random() * 20),
      record: random() < 0.4,
      media: any(["auto", "anchor", "release", "direct"]),
    });
  const plan = (): Decision[] =>
    any([[audio()], [audio(), call()], [call(), audio()], [audio(), audio(), reject(480)]]);
  const maybe = (): Reply | undefined => (random() < 0.5 ? undefined : later(random() * 500, plan()));
  return {
    invite: () => later(random() * 500, plan()),
    gathered: maybe,
    played: maybe,
    recorded: () => (random() < 0.1 ? faults("timeout") : undefined),
    voicemail: () => undefined,
    dtmf: () => any([undefined, hangup(), recordCall("stop"), recordCall("start")]),
    failed: () => (random() < 0.3 ? play("sorry") : undefined),
    hold: () => undefined,
    ended: () => undefined,
  };
}

/** Who begins the call: a phone, or the switch, which calls that phone first. */
type Beginner = "phone" | "switch";

async function act(seed: number, weather: Weather, beginner: Beginner) {
  const random = seededRandom(seed * 7919);
  let audio: SimAudio | undefined;
  const world = new World({
    seed,
    ...weather,
    route: { public: true },
    audio: (clock) => {
      audio = new SimAudio(clock);
      return { plane: audio, library: audio.library, mailboxes: audio.mailboxes };
    },
  });
  if (audio === undefined) throw new Error("the world has made no audio");
  const endpoints = audio;
  const phones = actingPhones(world, CALLEES + 1);
  for (const phone of phones) {
    phone.description = (version) =>
      sdp(phone.address, { version, direction: version > 1 && random() < 0.5 ? "sendonly" : "sendrecv" });
  }
  const [caller, ...callees] = phones;
  world.scripts.handlers = randomScript(
    random,
    callees.map(({ uri }) => uri),
  );
  const later = (ms: number, expire: () => void) => world.clock.startTimer(Math.round(ms), { expire }, "chance");
  for (let press = 0; press < 6; press++) {
    later(random() * 15_000, () => {
      const endpoint = endpoints.opened[Math.floor(random() * endpoints.opened.length)];
      if (endpoint?.isOpen === true) endpoint.press("1#42".charAt(press % 4));
    });
  }
  if (random() < 0.15) later(random() * 10_000, () => endpoints.opened.at(-1)?.lose());
  if (random() < 0.05) endpoints.hasPorts = false;
  if (beginner === "phone") caller?.call(`sip:100@${DOMAIN}`);
  else originate(world, random, caller?.uri ?? "", callees[0]?.uri ?? "");
  const start = world.clock.now();
  while (world.clock.pending > 0 && world.clock.now() - start < LONGEST_MS) {
    await world.pass(world.clock.now() - start < 60_000 ? 2000 : 50);
    if (world.clock.now() - start >= 60_000) world.run(20_000);
  }
  return { world, phones, endpoints };
}

function originate(world: World, random: () => number, from: string, to: string): void {
  const plan: Decision[] = [play("tune-3000"), forward(to, { ringSeconds: 10, maxSeconds: 20 })];
  const toDo = random() < 0.5 ? { script: "main" } : { to: plan, ...(random() < 0.5 ? { script: "main" } : {}) };
  const { id } = world.calls.originate({ from, ...toDo, ringSeconds: 2 + Math.floor(random() * 20) });
  if (random() < 0.3) {
    world.clock.startTimer(Math.round(random() * 20_000), { expire: () => void world.calls.hangUp(id) }, "api");
  }
}

function outcome({ world, phones, endpoints }: Awaited<ReturnType<typeof act>>) {
  return {
    ...outcomeOf(world, phones),
    endpoints: endpoints.endpoints,
    recordings: endpoints.opened.filter(({ recording }) => recording !== null).length,
    last: world.scripts.events.length === 0 || world.scripts.events.at(-1)?.type === "ended",
  };
}

const EXPECTED = { ...QUIET, endpoints: 0, recordings: 0, last: true };

describe.each<[string, Weather]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 6 }],
  ["a network that reorders, duplicates and loses", { loss: 0.08, duplication: 0.3, maxDelayMs: 200 }],
])("with audio over %s", (_name, weather) => {
  it.each<[string, Beginner]>([
    ["every call", "phone"],
    ["every call that the switch begins", "switch"],
  ])(
    "%s ends, gives its ports back, and leaves one record and nothing else",
    async (_what, beginner) => {
      for (let seed = 1; seed <= SEEDS; seed++) {
        const acted = await act(seed, weather, beginner);
        expect(outcome(acted), `seed ${seed}\n${acted.world.net.ladder()}`).toEqual(EXPECTED);
      }
    },
    300_000,
  );
});
