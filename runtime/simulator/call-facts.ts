/** What is known of a simulated call: what the switch does with it, what the phones have got, what its script was told. */
import type { Decision } from "../../sdk/decisions.ts";
import type { Cdr } from "../../sdk/events.ts";
import type { HandlerName, ScriptFault, ScriptOutcome } from "../port/script.ts";
import type { AudioSide } from "../switch/audio/audio-side.ts";
import type { Call } from "../switch/call/call.ts";
import type { SimEndpoint } from "./audio/sim-endpoint.ts";
import type { Side } from "./network/phone.ts";
import type { SimPhone } from "./network/sim-phone.ts";
import type { SipText } from "./network/sip-text.ts";
import type { Simulation } from "./simulation.ts";

/** A response that the caller has got. */
export interface SimulatedResponse {
  readonly code: number;
  readonly reason: string;
  /** Every line of a header, in order. */
  headers(name: string): readonly string[];
}

/** What a handler has returned: nothing, a decision or a plan. */
export interface Decided {
  readonly event: string;
  readonly returned: unknown;
}

export interface LogLine {
  readonly level: string;
  readonly text: string;
  /** The handler that has printed it. */
  readonly event: string;
}

export interface FaultOfEvent extends ScriptFault {
  readonly event: string;
}

interface RingingPhone {
  readonly phone: SimPhone;
  /** The user, or the target as the script named it. */
  readonly name: string;
}

export class CallFacts {
  readonly callId: string;
  readonly caller: SimPhone;
  readonly responses: SimulatedResponse[] = [];
  readonly events: Readonly<Record<string, unknown>>[] = [];
  readonly decisions: Decided[] = [];
  readonly faults: FaultOfEvent[] = [];
  readonly logs: LogLine[] = [];
  /** What the caller has heard, by name; what was spoken begins with `say:`. */
  readonly heard: string[] = [];
  /** What others have heard, by the target as the script named it. */
  readonly heardByOthers = new Map<string, string[]>();
  /** Whose phones have rung, each once, in this order. */
  readonly rung: string[] = [];
  call: Call | null = null;
  cdr: Cdr | null = null;
  readonly #simulation: Simulation;

  constructor(simulation: Simulation, callId: string, caller: SimPhone) {
    this.#simulation = simulation;
    this.callId = callId;
    this.caller = caller;
  }

  responded(response: SipText): void {
    const { status: code, reason } = response;
    this.responses.push({ code, reason, headers: (name) => response.headers(name) });
  }

  rang(phone: SimPhone, invite: SipText): void {
    const name = this.#nameOf(phone, invite);
    if (!this.rung.includes(name)) this.rung.push(name);
  }

  decided(event: HandlerName, outcome: ScriptOutcome): void {
    if (outcome.type === "fault") this.faults.push({ ...outcome.fault, event });
    else this.decisions.push({ event, returned: outcome.value });
  }

  /** The switch could do nothing with a decision. `false`: that is known already. */
  faulted(event: HandlerName, fault: ScriptFault): boolean {
    const isKnown = this.faults.some((one) => one.event === event && one.message === fault.message);
    if (!isKnown) this.faults.push({ ...fault, event });
    return !isKnown;
  }

  /** The final response that the caller has got. */
  get response(): SimulatedResponse | undefined {
    return this.responses.findLast(({ code }) => code >= 200);
  }

  get isOver(): boolean {
    if (this.call !== null) return this.call.state.end !== null;
    return (this.response?.code ?? 0) >= 300;
  }

  /** The step of the plan that has the call; `undefined` where it is over, or nothing has been decided yet. */
  get step(): Decision | undefined {
    const { call } = this;
    if (call === null || this.isOver) return undefined;
    const { steps, next } = call.state.plan;
    return steps[Math.min(next, steps.length) - 1];
  }

  /** Who talks with the caller: the target as the script named it. */
  get connectedTo(): string | undefined {
    const { call } = this;
    if (call === null || this.isOver || !call.isConnected) return undefined;
    const leg = call.state.legs.find(({ id }) => id === call.state.bridges[0]?.legId);
    const phone = leg === undefined ? undefined : this.#phoneOf(leg.callId);
    return phone !== undefined && this.#simulation.phones.isUser(phone) ? phone.name : leg?.target;
  }

  /** The trunks that it has left by, each once, in the order in which they were tried. */
  get leftBy(): readonly string[] {
    const names = (this.call?.state.legs ?? []).flatMap(({ trunk }) => trunk?.name ?? []);
    return [...new Set(names)];
  }

  /** Phones that ring for this call. `who`: a user, or a target as the script named it. */
  ringing(who?: string): readonly RingingPhone[] {
    const callIds = this.call?.state.legs.map(({ callId }) => callId) ?? [];
    return this.#simulation.phones
      .ringingFor(callIds)
      .map(({ phone, invite }) => ({ phone, name: this.#nameOf(phone, invite), invite }))
      .filter(
        ({ phone, name, invite }) => who === undefined || [name, phone.name, this.#targetOf(invite)].includes(who),
      );
  }

  /** The phone of somebody in the call. */
  talking(who: string): SimPhone | undefined {
    if (who === "caller") return this.caller.line.state === "talking" ? this.caller : undefined;
    const legs = this.call?.state.legs ?? [];
    for (const { callId, target } of legs) {
      const phone = this.#phoneOf(callId);
      if (phone !== undefined && (phone.name === who || target === who)) return phone;
    }
    return undefined;
  }

  /** The phone of somebody in the call, and its side of it; the call may wait there while another one is up. */
  dialogOf(who: string): { readonly phone: SimPhone; readonly side: Side } | undefined {
    const legs = this.call?.state.legs ?? [];
    const isCaller = who === "caller" || who === this.call?.state.user;
    const callIds = isCaller ? [this.callId] : legs.map(({ callId }) => callId);
    for (const phone of this.#simulation.phones.all) {
      for (const callId of callIds) {
        const side = phone.dialog(callId);
        const target = legs.find((leg) => leg.callId === callId)?.target;
        if (side !== undefined && (isCaller || phone.name === who || target === who)) return { phone, side };
      }
    }
    return undefined;
  }

  /** Where the switch hears somebody; `undefined`: the audio does not pass through it. */
  endpointOf(who: string): SimEndpoint | undefined {
    const { call } = this;
    if (call === null || !call.hasAudio) return undefined;
    const side = who === "caller" ? call.audio.of("caller") : this.#sideOfCallee(call, who);
    return this.#simulation.plane.opened.find(
      ({ owner, isOpen, stream }) => owner === side && isOpen && stream !== null,
    );
  }

  /** Whose audio an endpoint of this call has. */
  sideOf(endpoint: SimEndpoint): string | undefined {
    const { call } = this;
    if (call === null || !call.hasAudio) return undefined;
    if (endpoint.owner === call.audio.caller.side) return "caller";
    return call.state.legs.find(({ id }) => call.audio.ofLeg(id) === endpoint.owner)?.target;
  }

  #sideOfCallee(call: Call, who: string): AudioSide | undefined {
    const line = this.talking(who)?.line;
    const leg = call.state.legs.find(({ callId }) => line?.state === "talking" && callId === line.callId);
    return leg === undefined ? undefined : call.audio.ofLeg(leg.id);
  }

  #targetOf(invite: SipText): string | undefined {
    return this.call?.state.legs.find(({ callId }) => callId === invite.header("Call-ID"))?.target;
  }

  #nameOf(phone: SimPhone, invite: SipText): string {
    return this.#simulation.phones.isUser(phone) ? phone.name : (this.#targetOf(invite) ?? phone.name);
  }

  #phoneOf(callId: string): SimPhone | undefined {
    for (const phone of this.#simulation.phones.all) {
      if (phone.line.state === "talking" && phone.line.callId === callId) return phone;
    }
    return undefined;
  }
}
