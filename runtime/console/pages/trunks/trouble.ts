/** What is wrong with a trunk now, each with what to do. Pure. */
import type { TrunkBody } from "../../../contract/trunk-api.ts";
import { adviceOn } from "./advice.ts";

export interface Trouble {
  /** The gateway or the registrar. */
  readonly where: string;
  readonly what: string;
  readonly toDo: string;
  readonly since: string | null;
}

export function troublesOf({ gateways, registrations }: TrunkBody): readonly Trouble[] {
  const down = gateways.filter(({ state }) => state === "down");
  const unregistered = registrations.filter(({ state, reason }) => state !== "registered" && reason !== null);
  return [
    ...down.map(({ uri, reason, since }) => troubleAt(uri, reason ?? "it is down", since)),
    ...unregistered.map(({ registrar, reason }) => troubleAt(registrar, reason ?? "", null)),
  ];
}

function troubleAt(where: string, what: string, since: string | null): Trouble {
  return { where, what, toDo: adviceOn(what), since };
}

/** "3 of 30 lines", "3 calls" where the carrier sets no limit. */
export function linesText(calls: number, limit: number | undefined): string {
  if (limit !== undefined) return `${calls} of ${limit} ${limit === 1 ? "line" : "lines"} in use`;
  return `${calls} ${calls === 1 ? "call" : "calls"}, no limit`;
}
