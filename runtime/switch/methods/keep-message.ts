/** A MESSAGE that nobody takes now is kept for the users whom it is for, and its sender hears so. */
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import type { Messages } from "../messages/messages.ts";
import { messageOf } from "../messages/new-message.ts";
import type { Admitted } from "../proxy/outside.ts";
import type { Switch } from "../switch.ts";
import type { Owner } from "../target.ts";
import { refuse } from "./refuse.ts";

/** A message that may go on, and the room that keeps it. */
export interface Passing {
  readonly sw: Switch;
  readonly messages: Messages;
  readonly transaction: ServerTransaction;
  readonly admitted: Admitted;
  /** The domain that it is for, or ours. */
  readonly domain: string;
}

interface Keeping {
  /** What it would be answered if nothing were kept. */
  readonly code: number;
  readonly reason?: string;
  /** Until devices that are there get it. */
  readonly afterMs?: number;
}

/** Keeps it for these users and answers; gives the ids of what is kept. */
export async function keepFor(
  passing: Passing,
  owners: readonly Owner[],
  keeping: Keeping,
): Promise<readonly string[]> {
  const { sw, transaction } = passing;
  const { code, reason, afterMs } = keeping;
  if (owners.length === 0) {
    refuse(sw, transaction, { status: code, reason });
    return [];
  }
  const outcome = await keepAll(passing, owners, afterMs);
  if (typeof outcome === "object") refuse(sw, transaction, { status: 202 });
  else if (outcome === "full") refuse(sw, transaction, { status: 480, reason: "Too Many Messages Wait" });
  else if (outcome === "failed") refuse(sw, transaction, { status: 500 });
  else refuse(sw, transaction, { status: code === 404 ? 480 : code, reason });
  return typeof outcome === "object" ? outcome : [];
}

/** Never rejects. One user who has no room for it does not keep it from the others. */
export async function keepAll(
  { sw, messages, transaction, admitted }: Passing,
  owners: readonly Owner[],
  afterMs?: number,
): Promise<readonly string[] | "full" | "off" | "failed"> {
  const { clock, log } = sw.parts;
  const sender = admitted.sender.type === "user" ? admitted.sender.user : null;
  try {
    const message = messageOf(transaction.request, sender, clock.now());
    const outcomes = await Promise.all(owners.map((owner) => messages.keep(owner, message, afterMs)));
    const ids = outcomes.flatMap((outcome) => (typeof outcome === "object" ? [outcome.id] : []));
    if (ids.length > 0) return ids;
    return outcomes.includes("full") ? "full" : "off";
  } catch (error) {
    log.error("A message could not be kept", { error, personal: { users: owners.map(({ user }) => user) } });
    return "failed";
  }
}
