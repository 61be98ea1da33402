/** What phones do beside calls: they register and go, connect and vanish, write to each other, and watch mailboxes. */

import { register } from "../../helpers/raw-account.ts";
import { sayAs } from "../../helpers/raw-request.ts";
import { RawSubscriber } from "../../integration/presence/raw-subscriber.ts";
import { LEFT_USERS, type SoakWorld } from "../world.ts";
import { Load } from "./load.ts";
import { expectStatus } from "./transfers.ts";

const TRANSPORTS = ["udp", "tcp", "ws"] as const;
/** The least that the switch grants. */
const SHORTEST_SECONDS = "60";

export function peopleLoads(world: SoakWorld, pace: number): Load[] {
  return [
    new Load("registers", 1.5 * pace, (number) => comeAndGo(world, number), 8),
    new Load("runs out", 0.25 * pace, (number) => runOut(world, number), 4),
    new Load("connects", 2 * pace, (number) => connectAndVanish(world, number)),
    new Load("writes", 1 * pace, () => write(world), 1),
    new Load("subscribes", 0.5 * pace, () => watch(world), 4),
  ];
}

/** Registers, registers again with the same contact, and leaves. */
async function comeAndGo(world: SoakWorld, number: number): Promise<void> {
  const phone = await world.phone("comes", TRANSPORTS[number % TRANSPORTS.length]);
  try {
    const contacts = [phone.contact];
    for (const expires of ["600", "300", "0"]) {
      expectStatus(await register(phone, { user: "comes", contacts, expires }), 200);
    }
  } finally {
    phone.close();
  }
}

/** Registers and is never heard of again. */
async function runOut(world: SoakWorld, number: number): Promise<void> {
  const user = `left${number % LEFT_USERS}`;
  const phone = await world.phone(user);
  try {
    expectStatus(await register(phone, { user, expires: SHORTEST_SECONDS }), 200);
  } finally {
    phone.close();
  }
}

async function connectAndVanish(world: SoakWorld, number: number): Promise<void> {
  const phone = await world.phone("passes", number % 2 === 0 ? "tcp" : "ws");
  try {
    if (number % 3 > 0) expectStatus(await phone.settle(), 200);
  } finally {
    phone.close();
  }
}

async function write(world: SoakWorld): Promise<void> {
  const [from, to] = [await world.phone("writes"), await world.phone("reads")];
  try {
    expectStatus(await register(to, { user: "reads" }), 200);
    const said = sayAs(from, "reads", "how are you", { withinMs: 20_000 });
    to.answer(await to.expect("MESSAGE"), 200, { toTag: "read" });
    expectStatus(await said, 200);
    expectStatus(await register(to, { user: "reads", expires: "0" }), 200);
  } finally {
    for (const phone of [from, to]) phone.close();
  }
}

async function watch(world: SoakWorld): Promise<void> {
  const phone = await world.phone("watches");
  try {
    const subscriber = new RawSubscriber(phone);
    expectStatus(await subscriber.subscribe({ expires: 600 }), 200);
    await subscriber.notified();
    expectStatus(await subscriber.subscribe({ expires: 0 }), 200);
    await subscriber.notified();
  } finally {
    phone.close();
  }
}
