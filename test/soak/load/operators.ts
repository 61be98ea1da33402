/** What operators and programs do: deploys, rollbacks, and reading over the API. */
import type { SoakWorld } from "../world.ts";
import { Load } from "./load.ts";

const READ = [
  "/v1/calls",
  "/v1/cdrs?limit=20",
  "/v1/registrations",
  "/v1/scripts/main",
  "/v1/scripts/main/versions",
  "/v1/trunks",
  "/v1/users",
  "/metrics",
  "/healthz",
];

export function operatorLoads(world: SoakWorld, pace: number): Load[] {
  return [
    new Load("deploys", 0.1 * pace, (number) => deploy(world, number), 1),
    new Load("reads", 2 * pace, (number) => read(world, number), 8),
  ];
}

/** Each third time it goes back. */
async function deploy(world: SoakWorld, number: number): Promise<void> {
  const { strowger } = world;
  if (number % 3 < 2) {
    await strowger.deploy("main", world.source(number + 2));
    return;
  }
  const { status } = await strowger.api("POST", "/v1/scripts/main/rollback", {});
  if (status >= 300) throw new Error(`Rolling back: ${status}.`);
}

async function read({ strowger }: SoakWorld, number: number): Promise<void> {
  const path = READ[number % READ.length] ?? "";
  const { status } = await strowger.api("GET", path);
  if (status !== 200) throw new Error(`GET ${path}: ${status}.`);
}
