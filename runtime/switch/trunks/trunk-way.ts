/**
 * The way of one leg that leaves by a trunk: it holds a line, shows whom the carrier may see, and knows which gateway, or
 * trunk, is next where this one fails or says nothing.
 */
import type { Timer, TimerOwner } from "../../base/clock.ts";
import type { HeaderField, SipResponse } from "../../sip/message/message.ts";
import type { Call } from "../call/call.ts";
import type { LegTrunk } from "../call/call-state.ts";
import type { Leg } from "../call/leg.ts";
import type { LegWay } from "../call/leg-way.ts";
import type { LegOutcome } from "../call/step.ts";
import { hasOtherWay } from "../emergency.ts";
import type { BudgetHit } from "../policy/budgets.ts";
import type { Branch } from "../target.ts";
import { wantsPrivacy } from "./asserted.ts";
import type { TrunkLimitHit } from "./leases.ts";
import { verdictOf } from "./leg-verdict.ts";
import { type OutgoingIdentity, outgoingIdentity } from "./outgoing-identity.ts";
import { trunkLimitReached } from "./trunk-limit.ts";
import type { TrunkServices } from "./trunk-services.ts";
import { branchBy, type TrunkRoute } from "./way-out.ts";

/** Who calls is said anew for each carrier. */
const SAID_ANEW: ReadonlySet<string> = new Set(["privacy", "p-preferred-identity", "remote-party-id"]);
const ASSERTED = "p-asserted-identity";

export class TrunkWay implements LegWay, TimerOwner {
  readonly #call: Call;
  readonly #services: TrunkServices;
  /** By the first trunk of the branch that has a line; where none has, by the first of all. */
  readonly branch: Branch;
  readonly #route: TrunkRoute;
  readonly #others: readonly TrunkRoute[];
  readonly #identity: OutgoingIdentity;
  /** Who holds the line; `null`: there is none, or not any more. */
  #holder: string | null = null;
  #leg: Leg | null = null;
  #silence: Timer | null = null;
  /** What the leg says about its gateway has been told. */
  #isReported = false;

  /** `from`: the caller as the decision shows him, a name-addr. `leg`: the id of the leg. */
  constructor(
    call: Call,
    services: TrunkServices,
    { branch, from, leg }: { branch: Branch; from: string; leg: string },
  ) {
    this.#call = call;
    this.#services = services;
    this.branch = branch.line === undefined ? this.#admitted(branch, leg) : branch;
    this.#holder ??= branch.line ?? null;
    const [route, ...others] = waysOf(this.branch);
    this.#route = route;
    this.#others = others;
    const { trunk, gateway } = route;
    const { state } = call;
    this.#identity = outgoingIdentity({
      trunk,
      gateway: gateway.uri,
      from,
      asserted: state.trunk?.identity ?? null,
      // Whoever asks for help is known to those who give it.
      isPrivate: (branch.isPrivate === true || wantsPrivacy(state.invite.head)) && state.isEmergency !== true,
      plan: services.plan,
    });
  }

  /** The parties as the carrier is to see them. */
  get parties(): { readonly from: string; readonly to: string } {
    return { from: this.#identity.from, to: `<${this.branch.uri}>` };
  }

  get trunk(): LegTrunk {
    const { trunk, gateway } = this.#route;
    const account = trunk.account === null ? undefined : { name: trunk.name, credentials: [] };
    return { name: trunk.name, gateway: gateway.uri, account, codecs: trunk.codecs, line: this.#holder ?? "" };
  }

  calling(leg: Leg, fields: readonly HeaderField[]): readonly HeaderField[] | null {
    if (this.#holder === null) return null;
    const { trunk } = this.#route;
    this.#leg = leg;
    this.#services.note(trunk, "tried");
    this.#wait(trunk.failoverMs);
    // RFC 3325 §5: what is asserted goes to those we trust alone; there, what the script asserts comes first.
    const kept = fields.filter(([name]) => !SAID_ANEW.has(name.toLowerCase()) && (trunk.trust || !isAsserted(name)));
    const own = kept.some(([name]) => isAsserted(name))
      ? this.#identity.fields.filter(([name]) => !isAsserted(name))
      : this.#identity.fields;
    return [...kept, ...own];
  }

  heard({ status }: SipResponse): void {
    this.#silence?.cancel();
    if (status > 100 && status < 300) this.#report("answered");
  }

  answered(): void {
    this.#services.note(this.#route.trunk, "answered");
    if (this.#holder !== null) this.#services.budgets?.answered(this.#holder);
  }

  failed(outcome: LegOutcome): void {
    this.#silence?.cancel();
    if (this.#holder === null) return;
    const { trunk, gateway } = this.#route;
    const verdict = verdictOf(outcome);
    this.#services.note(trunk, "failed");
    if (verdict.outcome !== null) this.#report(verdict.outcome);
    if (verdict.isUnauthorised && typeof outcome === "object") {
      this.#services.credentialsRefused(trunk, gateway, outcome.status);
    }
  }

  next(outcome: LegOutcome): Branch | undefined {
    const [other] = this.#others;
    if (other === undefined || !verdictOf(outcome).goesOn) return undefined;
    const branch = branchBy(this.branch, this.#others);
    if (other.trunk.name !== this.#route.trunk.name || this.#holder === null) return branch;
    // The line stays with the call.
    const line = this.#holder;
    this.#holder = null;
    return { ...branch, line };
  }

  ended(): void {
    this.#silence?.cancel();
    if (this.#holder !== null) this.#services.leases.release(this.#holder);
    this.#holder = null;
  }

  /** The gateway has said nothing at all: another address of it is tried, else what comes next. */
  expire(): void {
    const { failoverMs } = this.#route.trunk;
    const attemptMs = this.#leg?.attemptMs ?? failoverMs;
    if (attemptMs < failoverMs) this.#wait(failoverMs - attemptMs);
    else if (this.#leg?.hurry() === true) this.#wait(failoverMs);
    else if (this.#others.length > 0 || hasOtherWay(this.#call.state)) this.#leg?.giveUp("timeout");
    else this.#report("unreachable");
  }

  #wait(ms: number): void {
    this.#silence = this.#call.startTimer(ms, this, "failover");
  }

  #admitted(branch: Branch, holder: string): Branch {
    const ways = waysOf(branch);
    const { id: call, isEmergency: always = false } = this.#call.state;
    const full = new Map<string, TrunkLimitHit | BudgetHit>();
    for (const [index, { trunk }] of ways.entries()) {
      if (full.has(trunk.name)) continue;
      const line = { call, holder, isOutgoing: true, always };
      const hit = this.#services.leases.take(trunk, line) ?? (always ? null : this.#overBudget(ways[index], holder));
      if (hit === null) {
        this.#holder = holder;
        return branchBy(branch, ways.slice(index));
      }
      full.set(trunk.name, hit);
      this.#services.note(trunk, "limited");
      trunkLimitReached(this.#call, hit);
      // It is the same by every trunk.
      if (hit.limit === "user-budget") break;
    }
    return branchBy(branch, ways.slice(0, 1));
  }

  /** Gives the line back where the user, or the trunk, has used up what it may. */
  #overBudget(way: TrunkRoute | undefined, holder: string): BudgetHit | null {
    const { budgets, leases } = this.#services;
    if (budgets === undefined || way === undefined) return null;
    const { user, invite } = this.#call.state;
    const { trunk, gateway, number } = way;
    const source = invite.flow.remoteAddress;
    const hit = budgets.take({ user, trunk: trunk.name, number, gateway: gateway.uri, source }, holder);
    if (hit !== null) leases.release(holder);
    return hit;
  }

  #report(outcome: Parameters<TrunkServices["gateways"]["report"]>[2]): void {
    if (this.#isReported) return;
    this.#isReported = true;
    this.#services.gateways.report(this.#route.trunk, this.#route.gateway, outcome);
  }
}

function isAsserted(name: string): boolean {
  return name.toLowerCase() === ASSERTED;
}

function waysOf({ ways = [] }: Branch): readonly [TrunkRoute, ...TrunkRoute[]] {
  const [first, ...rest] = ways;
  if (first === undefined) throw new Error("The branch leaves by no trunk.");
  return [first, ...rest];
}
