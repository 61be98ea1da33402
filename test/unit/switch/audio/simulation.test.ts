import { describe, expect, it } from "vitest";
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
import { seededRandom } from "../../../helpers/sim-net.ts";
import { ActingPhone } from "../call/acting-phone.ts";
import { faults, type Handlers, later, type Reply } from "../call/scripted.ts";
import { DOMAIN, World } from "../call/world.ts";
import { sdp } from "./audio-world.ts";
import { SimAudio } from "./sim-audio.ts";

const LONGEST_MS = 10 * 60_000;
const CALLEES = 2;
/** Schedules per weather; more by `SEEDS=2000`. */
const SEEDS = Number(process.env.SEEDS ?? 60);

interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
}

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

async function act(seed: number, weather: Weather) {
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
  const phones = Array.from({ length: CALLEES + 1 }, (_, index) => {
    const phone = new ActingPhone(world.net, world.clock, `p${index}`, `203.0.113.${index + 10}`);
    phone.description = (version) =>
      sdp(phone.address, { version, direction: version > 1 && random() < 0.5 ? "sendonly" : "sendrecv" });
    return phone;
  });
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
  caller?.call(`sip:100@${DOMAIN}`);
  const start = world.clock.now();
  while (world.clock.pending > 0 && world.clock.now() - start < LONGEST_MS) {
    await world.pass(world.clock.now() - start < 60_000 ? 2000 : 50);
    if (world.clock.now() - start >= 60_000) world.run(20_000);
  }
  return { world, phones, endpoints };
}

function outcome({ world, phones, endpoints }: Awaited<ReturnType<typeof act>>) {
  const { told, cdrs, failures } = world.observer;
  const started = told.filter((what) => what === "started").length;
  return {
    timers: world.clock.pending,
    transactions: world.stack.transactions.size,
    calls: world.sw.index.size,
    endpoints: endpoints.endpoints,
    recordings: endpoints.opened.filter(({ recording }) => recording !== null).length,
    records: cdrs.length === started,
    errors: [...world.transport.errors, ...failures],
    last: world.scripts.events.length === 0 || world.scripts.events.at(-1)?.type === "ended",
    left: phones.filter(({ state }) => state !== "over" && state !== "idle").map(({ name }) => name),
  };
}

const QUIET = {
  timers: 0,
  transactions: { client: 0, server: 0 },
  calls: 0,
  endpoints: 0,
  recordings: 0,
  records: true,
  errors: [],
  last: true,
  left: [],
};

describe.each<[string, Weather]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 6 }],
  ["a network that reorders, duplicates and loses", { loss: 0.08, duplication: 0.3, maxDelayMs: 200 }],
])("with audio over %s", (_name, weather) => {
  it("every call ends, gives its ports back, and leaves one record and nothing else", async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const acted = await act(seed, weather);
      expect(outcome(acted), `seed ${seed}\n${acted.world.net.ladder()}`).toEqual(QUIET);
    }
  }, 300_000);
});
