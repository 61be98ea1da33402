import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../runtime/simulator/network/sim-net.ts";
import type { LampPhone, SubscriptionSide } from "./lamp-phone.ts";
import { NOTHING_LEFT, World } from "./world.ts";

/** Schedules per weather; more by `SEEDS=2000`. */
const SEEDS = Number(process.env.SEEDS ?? 40);
const STEPS = 60;

interface Weather {
  readonly loss: number;
  readonly duplication: number;
  readonly maxDelayMs: number;
}

/** Phones subscribe, refresh, leave, fall silent and refuse while messages come and go. */
function play(seed: number, { loss, duplication, maxDelayMs }: Weather) {
  const world = new World({ seed, maxDelayMs, unsolicited: seed % 2 === 0 });
  const random = seededRandom(seed * 7919);
  const phones = ["alice", "alice", "bob"].map((user) => world.phone(user));
  const dialogs = new Map<LampPhone, SubscriptionSide>();
  // What a phone waits for by itself arrives; NOTIFY and its answers meet the weather.
  world.net.copies = (text) => {
    if (!/^CSeq: \d+ NOTIFY/m.test(text)) return 1;
    if (random() < loss) return 0;
    return random() < duplication ? 2 : 1;
  };
  for (let step = 0; step < STEPS; step++) {
    const phone = phones[Math.floor(random() * phones.length)];
    if (phone === undefined) continue;
    act(world, phone, dialogs, random);
    world.run(random() * 8_000);
  }
  return { world, phones, dialogs };
}

function act(world: World, phone: LampPhone, dialogs: Map<LampPhone, SubscriptionSide>, random: () => number): void {
  const lot = random();
  const expires = 60 + Math.floor(random() * 300);
  if (lot < 0.15) {
    const { answer, dialog } = phone.subscribe({ expires });
    if (answer.status === 200) dialogs.set(phone, dialog);
  } else if (lot < 0.3) dialogs.get(phone)?.refresh({ expires });
  else if (lot < 0.35) dialogs.get(phone)?.refresh({ expires: 0 });
  else if (lot < 0.4) world.register(phone);
  else if (lot < 0.45)
    phone.notifyAnswer = random() < 0.5 ? "silence" : { status: 480, fields: [["Retry-After", "3"]] };
  else if (lot < 0.6) phone.notifyAnswer = { status: 200 };
  else world.boxes.hold(phone.name, Math.floor(random() * 4), Math.floor(random() * 3));
}

/** The CSeq numbers of a phone's NOTIFY by dialog, in the order in which they left; one that was sent again counts once. */
function sequences(world: World): number[][] {
  const byDialog = new Map<string, number[]>();
  for (const { text } of world.transport.sent) {
    if (!text.startsWith("NOTIFY") || !/^To: .*;tag=/m.test(text)) continue;
    const dialog = /^From: .*;tag=(\S+)/m.exec(text)?.[1] ?? "";
    const cseq = Number(/^CSeq: (\d+)/m.exec(text)?.[1]);
    const known = byDialog.get(dialog) ?? [];
    byDialog.set(dialog, known);
    if (known.at(-1) !== cseq) known.push(cseq);
  }
  return [...byDialog.values()];
}

describe.each<[string, Weather]>([
  ["a perfect network", { loss: 0, duplication: 0, maxDelayMs: 6 }],
  ["a network that reorders and duplicates", { loss: 0, duplication: 0.4, maxDelayMs: 24 }],
  ["a network that loses a fifth", { loss: 0.2, duplication: 0.1, maxDelayMs: 24 }],
])("over %s", (_name, weather) => {
  it("each dialog counts its NOTIFY one by one, who is subscribed at the end knows the state, and nothing is left", () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { world, phones } = play(seed, weather);
      const where = `seed ${seed}\n${world.net.ladder()}`;
      for (const phone of phones) phone.notifyAnswer = { status: 200 };
      world.run(50_000);
      for (const cseqs of sequences(world)) expect(cseqs, where).toEqual(cseqs.map((__, index) => index + 1));
      for (const { dialog, resource } of world.subscriptions.list()) {
        const phone = phones.find(({ address }) => address === dialog.flow.remoteAddress);
        const { new: fresh, saved } = world.boxes.counts("", resource.name);
        expect(phone?.shown.at(-1), where).toBe(`${fresh}/${saved}`);
      }
      expect(world.errors, where).toEqual([]);
      expect(world.leftovers(), where).toEqual(NOTHING_LEFT);
    }
  }, 60_000);
});
