/**
 * Sides of calls whose connection has died with an earlier process. A phone that registers again, or says something in its
 * dialog, over another connection is reached by that one from then on (RFC 5626 §4.5 has phones connect again at once).
 */
import type { Clock } from "../../base/clock.ts";
import type { BindingRow } from "../../port/store.ts";
import type { Dialog } from "../../sip/dialog/dialog.ts";
import { parseUri } from "../../sip/message/uri.ts";
import type { ServerTransaction } from "../../sip/transaction/layer.ts";
import { type Flow, isReliable, LOST_CONNECTION } from "../../sip/transport/flow.ts";
import type { Call } from "../call/call.ts";

/** A phone that is away for longer has lost its call. */
const PATIENCE_MS = 3600 * 1000;

export class LostFlows {
  readonly #byUser = new Map<string, Set<Call>>();
  readonly #clock: Pick<Clock, "now">;
  readonly #until: number;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#until = clock.now() + PATIENCE_MS;
  }

  /** Notes the sides of users of ours that a rebuilt call cannot reach. */
  note(call: Call): void {
    const { domain, user, legs } = call.state;
    if (!dialogsOf(call).some(isLost)) return;
    const owners = legs.flatMap(({ owner }) => owner ?? []);
    if (user !== null) owners.push({ domain, user });
    for (const owner of owners) {
      const key = keyOf(owner.domain, owner.user);
      this.#byUser.set(key, (this.#byUser.get(key) ?? new Set()).add(call));
    }
  }

  /** A contact of a user is registered. */
  registered(binding: BindingRow): void {
    const key = keyOf(binding.domain, binding.user);
    const calls = this.#byUser.get(key);
    if (this.#clock.now() > this.#until) this.#byUser.clear();
    if (calls === undefined || binding.connection === 0) return;
    for (const call of calls) {
      call.guard(() => {
        for (const dialog of dialogsOf(call)) {
          if (isLost(dialog) && isSamePhone(dialog.remoteTarget, binding.contact)) moveTo(dialog, flowOf(binding));
        }
      });
      if (call.state.end !== null || !dialogsOf(call).some(isLost)) calls.delete(call);
    }
    if (calls.size === 0) this.#byUser.delete(key);
  }
}

/** A phone speaks in its dialog over another connection than the one that is lost. */
export function followConnection(dialog: Dialog, { flow }: ServerTransaction): void {
  if (isLost(dialog) && isReliable(flow)) moveTo(dialog, flow);
}

function moveTo(dialog: Dialog, flow: Flow): void {
  dialog.flow = flow;
  dialog.pinned = true;
}

function isLost({ flow }: Dialog): boolean {
  return flow.connection === LOST_CONNECTION;
}

function dialogsOf({ state: { bridges, own } }: Call): Dialog[] {
  const dialogs = bridges.flatMap(({ caller, callee }) => [caller, callee]);
  return own === null ? dialogs : [...dialogs, own.caller];
}

function isSamePhone(target: string, contact: string): boolean {
  const [one, other] = [parseUri(target), parseUri(contact)];
  if (one?.kind !== "sip" || other?.kind !== "sip") return false;
  return one.user === other.user && one.host === other.host && one.port === other.port;
}

function flowOf(binding: BindingRow): Flow {
  const { transport, localAddress, localPort, remoteAddress, remotePort, connection } = binding;
  return { transport, localAddress, localPort, remoteAddress, remotePort, connection };
}

function keyOf(domain: string, user: string): string {
  return `${user}@${domain}`;
}
