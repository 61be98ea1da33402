/**
 * A switch with one script, alone in a world of its own: users with phones, people outside, and a clock that moves when a
 * test says so. The switch, its SIP stack, plans and verbs are those that run for real.
 */

import type { Cdr } from "../../sdk/events.ts";
import { type Log, silentLog } from "../base/log.ts";
import type { CheckedResponse } from "../contract/http-response.ts";
import type { AccessDecision, MessageDecision, RegistrationDecision } from "../contract/request-decision.ts";
import type { MailboxMessage } from "../port/mailbox.ts";
import type { AudioSource } from "../port/media.ts";
import type { ObservedCall, SwitchObserver } from "../port/observer.ts";
import type { Operations } from "../port/sandbox.ts";
import type { LiveHandlers, ScriptOutcome, ScriptRun, Scripts } from "../port/script.ts";
import type { KvDesk } from "../script-data/kv.ts";
import { MemoryMailboxes } from "./audio/memory-mailboxes.ts";
import { nameOf, type SimEndpoint } from "./audio/sim-endpoint.ts";
import { SimLibrary, spokenText } from "./audio/sim-library.ts";
import { SimPlane } from "./audio/sim-plane.ts";
import { SimulatedCall } from "./call.ts";
import { CallFacts } from "./call-facts.ts";
import { type CallerParts, calledFirst, callerOf } from "./caller.ts";
import type { SimGateway } from "./network/sim-gateway.ts";
import { type Step as Datagram, SimNet } from "./network/sim-net.ts";
import type { SimPhone } from "./network/sim-phone.ts";
import { SWITCH_ADDRESS } from "./network/sim-transport.ts";
import { prefilledKv, simOperations } from "./operations.ts";
import { DOMAIN, type SimulationOptions, startOf, usersOf } from "./options.ts";
import { Pace } from "./pace.ts";
import type { SimulatedRegistration } from "./registrations.ts";
import type { ScriptWatcher } from "./script/in-process-scripts.ts";
import { SimulatedEvents, type SimulatedRequest, type SimulatedSchedule } from "./script-events.ts";
import { SentTexts, type SimulatedText } from "./sent-texts.ts";
import { SimPhones } from "./sim-phones.ts";
import type { SimulatedTrunk } from "./simulated-trunk.ts";
import { SimulatedTrunks } from "./simulated-trunks.ts";
import { SimulationError } from "./simulation-error.ts";
import type {
  SimulatedMessageParts,
  SimulatedPublication,
  SimulatedRequestParts,
  SimulatedSubscription,
} from "./sip-requests.ts";
import { SimSwitch } from "./switch.ts";
import { Timeline } from "./timeline.ts";
import { VirtualClock } from "./virtual-clock.ts";

const SCRIPT = "script";
const MS = 1000;

/** What the script of a simulation finds around it. */
export interface ScriptSurroundings {
  /** What it is called. */
  readonly script: string;
  readonly clock: VirtualClock;
  readonly pace: Pace;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly env: Readonly<Record<string, string>>;
  readonly watcher: ScriptWatcher;
  readonly operations: Operations;
}

/** Runs the script: in this process, or in one of its own. */
export type ScriptRunner = (surroundings: ScriptSurroundings) => Scripts & LiveHandlers;

export class Simulation {
  readonly options: SimulationOptions;
  readonly clock: VirtualClock;
  readonly pace: Pace;
  readonly timeline: Timeline;
  readonly phones: SimPhones;
  readonly switch: SimSwitch;
  readonly plane: SimPlane;
  readonly calls: SimulatedCall[] = [];
  readonly #mailboxes: MemoryMailboxes;
  readonly #library: SimLibrary;
  readonly #kv: KvDesk;
  readonly #events: SimulatedEvents;
  readonly #trunks: SimulatedTrunks;
  readonly #texts = new SentTexts();
  readonly #recorded = new Map<string, number>();
  readonly #byId = new Map<string, SimulatedCall>();

  constructor(run: ScriptRunner, options: SimulationOptions) {
    this.options = options;
    const users = usersOf(options);
    const clock = new VirtualClock(startOf(options));
    this.clock = clock;
    this.pace = new Pace(clock);
    this.timeline = new Timeline(() => clock.now());
    const { pace } = this;
    const net = new SimNet({
      clock,
      seed: options.seed ?? 1,
      watch: (datagram) => this.#noteMessage(datagram),
      onStranger: (address, port) => this.phones.listenAt(address, port),
    });
    this.phones = new SimPhones(
      net,
      {
        responded: (phone, response) => this.#callOf(phone)?.facts.responded(response),
        hungUp: () => {},
        rang: (phone, invite) => this.#callOfLeg(invite.header("Call-ID"))?.facts.rang(phone, invite),
      },
      options.outside,
    );
    const owners = new Map(users.filter(({ hasMailbox }) => hasMailbox).map(({ name, pin }) => [name, pin]));
    const secondsOf = (file: string): number => (this.#recorded.get(file) ?? 0) / MS;
    this.#mailboxes = new MemoryMailboxes({ clock, pace, domain: DOMAIN, owners, secondsOf });
    this.#library = new SimLibrary({ pace, mailboxes: this.#mailboxes, sounds: options.sounds });
    this.#kv = prefilledKv(clock, SCRIPT, options.kv);
    this.plane = new SimPlane({
      clock,
      noticesSilence: true,
      lengthOf: (source) => this.#library.lengthOf(source),
      heard: (sources, endpoint) => this.#noteSound(sources, endpoint),
      recorded: (file, ms) => void this.#recorded.set(file, ms),
      promised: () => pace.promised(),
    });
    const scripts = run({
      script: SCRIPT,
      clock,
      pace,
      random: net.random,
      env: options.env ?? {},
      watcher: this.#watcher(),
      operations: simOperations({
        clock,
        pace,
        options,
        mailboxes: this.#mailboxes,
        library: this.#library,
        kv: this.#kv,
        texts: this.#texts,
        switch: () => this.switch,
      }),
    });
    this.#events = new SimulatedEvents(this, SCRIPT, scripts);
    const log: Log = { ...silentLog, error: (text, fields) => this.#noteProblem(text, fields?.error) };
    const { timeline, phones } = this;
    this.#trunks = new SimulatedTrunks({ clock, pace, timeline, log, phones, script: SCRIPT }, options.trunks ?? {});
    this.switch = new SimSwitch({
      clock,
      net,
      domain: DOMAIN,
      users,
      routes: [{ name: "all", script: SCRIPT, ...routeOf(options) }],
      scripts,
      observer: this.#observer(),
      audio: () => ({ plane: this.plane, library: this.#library, mailboxes: this.#mailboxes }),
      log,
      ...(options.trunks === undefined ? {} : { trunks: this.#trunks.declared }),
      gateways: (stack) => this.#trunks.watch(stack),
      emergency: options.emergency ?? [],
      resolver: {
        naptr: () => pace.outside("DNS", () => []),
        srv: () => pace.outside("DNS", () => []),
        aaaa: () => pace.outside("DNS", () => []),
        a: (host) => pace.outside("DNS", () => [this.phones.addressOf(host)]),
      },
      random: net.random,
      texts: this.#texts,
    });
    if (this.switch.trunks !== undefined) this.#trunks.begin(this.switch.trunks.trunks, this.#events.events);
    for (const { name, phones } of users) {
      for (let number = 0; number < phones; number++) this.switch.register(name, this.phones.addUser(name).phone);
    }
  }

  /** Somebody calls. */
  invite(parts: CallerParts): SimulatedCall {
    const { phone, callId, dial } = callerOf(this, parts);
    const { from = "somebody", to } = parts;
    const call = this.#add(callId, phone);
    call.begin(`${from} calls ${to}`, dial);
    return call;
  }

  /** The call that the script has begun last: whom it calls first is its caller. */
  begun(): SimulatedCall {
    const call = this.calls.findLast(({ facts }) => facts.call?.state.direction === "outbound");
    if (call === undefined) throw new SimulationError(`The script has begun no call.\n\n${this.timeline}`);
    return call;
  }

  /** A trunk, to be told what it does. */
  trunk(name: string): SimulatedTrunk {
    return this.#trunks.get(name);
  }

  /** Where calls come in from a trunk. */
  gatewayOf(name: string): SimGateway {
    return this.#trunks.gatewayOf(name);
  }

  /** A request to `/x/{script}/…`: what the script answers. */
  http(request: SimulatedRequest = {}): Promise<CheckedResponse> {
    return this.#events.http(request);
  }

  /** The time of a schedule has come. */
  schedule(name: string, schedule: SimulatedSchedule = {}): Promise<void> {
    return this.#events.schedule(name, schedule);
  }

  /** Somebody sends a text message: what the script decides about it, `undefined` where it leaves it to the switch. */
  message(message: SimulatedMessageParts): Promise<MessageDecision | undefined> {
    return this.#events.message(message);
  }

  /** A phone subscribes to something: what the script says. */
  subscribe(subscription: SimulatedSubscription): Promise<AccessDecision | undefined> {
    return this.#events.subscribe(subscription);
  }

  /** A phone publishes something: what the script says. */
  publish(publication: SimulatedPublication): Promise<AccessDecision | undefined> {
    return this.#events.publish(publication);
  }

  /** Somebody asks what we can do: what the script says. */
  askOptions(request: SimulatedRequestParts): Promise<AccessDecision | undefined> {
    return this.#events.options(request);
  }

  /** A phone of a user registers: what the script says. */
  register(user: string, registration: SimulatedRegistration = {}): Promise<RegistrationDecision | undefined> {
    return this.#events.register(user, registration);
  }

  /** A contact of a user is new. */
  registered(user: string, registration: SimulatedRegistration = {}): Promise<void> {
    return this.#events.registered(user, registration);
  }

  /** A contact of a user is gone. */
  unregistered(
    user: string,
    registration: SimulatedRegistration & { readonly reason: "expired" | "removed" | "flow" },
  ): Promise<void> {
    return this.#events.unregistered(user, registration);
  }

  /** Text messages that the script has sent, by `sendMessage` and by `messages.send`, in their order. */
  get texts(): readonly SimulatedText[] {
    return this.#texts.list;
  }

  /** Lets time pass. */
  advance(seconds: number): PromiseLike<void> {
    return this.pace.do(this.pace.pass(this.clock.now() + seconds * MS));
  }

  /** The messages in the mailbox of a user, newest first; deleted ones as well. */
  mailbox(user: string): Promise<readonly MailboxMessage[]> {
    return this.#mailboxes.messages({ domain: DOMAIN, mailbox: user, limit: 1_000 }).then(({ items }) => items);
  }

  /** What `kv` of the script holds, in the order of its keys. */
  async kv(): Promise<Readonly<Record<string, unknown>>> {
    const { items } = await this.#kv.entries({ domain: DOMAIN, script: SCRIPT }, { prefix: "", limit: 1_000 });
    return Object.fromEntries(items.map(({ key, json }) => [key, JSON.parse(json)]));
  }

  #add(callId: string, caller: SimPhone): SimulatedCall {
    const call = new SimulatedCall(this, new CallFacts(this, callId, caller));
    this.calls.push(call);
    return call;
  }

  #callOf(phone: SimPhone): SimulatedCall | undefined {
    return this.calls.findLast(({ facts }) => facts.caller === phone);
  }

  #callOfLeg(callId: string): SimulatedCall | undefined {
    const call = this.switch.sw.index.byLegCallId(callId);
    return call === undefined ? undefined : this.#byId.get(call.state.id);
  }

  #noteMessage({ text, flow }: Datagram): void {
    const place = (address: string): string => (address === SWITCH_ADDRESS ? "switch" : this.phones.nameOf(address));
    this.timeline.add({ type: "sip", from: place(flow.localAddress), to: place(flow.remoteAddress), text });
  }

  #noteSound(sources: readonly AudioSource[], endpoint: SimEndpoint): void {
    const sounds = sources.map(nameOf);
    const call = this.calls.findLast(({ facts }) => facts.sideOf(endpoint) !== undefined);
    const who = call?.facts.sideOf(endpoint) ?? "somebody";
    if (who === "caller") call?.facts.heard.push(...sounds);
    else call?.facts.heardByOthers.set(who, [...call.heardBy(who), ...sounds]);
    this.timeline.add({ type: "sound", who, sounds: sounds.map((name) => JSON.stringify(spokenText(name) ?? name)) });
  }

  #noteProblem(text: string, error: unknown): void {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error ?? "");
    this.timeline.add({ type: "problem", text: `${text} ${why}`.trim() });
  }

  #watcher() {
    const callOf = ({ callId }: ScriptRun): SimulatedCall | undefined => this.#byId.get(callId ?? "");
    return {
      began: (run: ScriptRun, event: unknown) => {
        // Events are objects with a type.
        const told = event as Readonly<Record<string, unknown>>;
        this.timeline.add({ type: "event", event: told });
        callOf(run)?.facts.events.push(told);
      },
      ended: (run: ScriptRun, outcome: ScriptOutcome) => {
        const { handler } = run;
        if (outcome.type === "fault") this.timeline.add({ type: "fault", handler, fault: outcome.fault });
        else this.timeline.add({ type: "decision", handler, plan: outcome.value });
        callOf(run)?.facts.decided(handler, outcome);
      },
      printed: (run: ScriptRun, level: string, text: string) => {
        this.timeline.add({ type: "console", level, text });
        callOf(run)?.facts.logs.push({ level, text, event: run.handler });
      },
      asked: (_run: ScriptRun, name: string, args: unknown) => this.timeline.add({ type: "operation", name, args }),
      answered: (_run: ScriptRun, name: string, result: unknown, isDone: boolean) =>
        this.timeline.add({ type: "result", name, result, isDone }),
    };
  }

  #observer(): SwitchObserver {
    const nothing = (): void => {};
    return {
      callStarted: ({ id }: ObservedCall) => {
        const call = this.switch.sw.index.byName(id);
        if (call === undefined) return;
        const { direction, invite } = call.state;
        const simulated =
          direction === "outbound"
            ? this.#add(invite.callId, calledFirst(this, call))
            : this.calls.find(({ facts }) => facts.callId === invite.callId);
        if (simulated === undefined) return;
        this.#byId.set(id, simulated);
        simulated.facts.call = call;
      },
      callResumed: nothing,
      legCalled: nothing,
      callRinging: nothing,
      callAnswered: nothing,
      callEnded: ({ id }: ObservedCall, cdr: Cdr) => {
        const call = this.#byId.get(id);
        if (call !== undefined) call.facts.cdr = cdr;
      },
      // Told by the run of the script, but for what the switch finds wrong with a decision.
      scriptFault: ({ id }, handler, fault) => {
        if (this.#byId.get(id)?.facts.faulted(handler, fault) !== true) return;
        this.timeline.add({ type: "fault", handler, fault });
      },
      audioNoted: nothing,
      audioFailed: (_call, problem) => this.#noteProblem(`no audio: ${problem}`, undefined),
      stepFailed: (_call, step, problem) => this.#noteProblem(`${step}: ${problem}`, undefined),
      transferEnded: nothing,
      callReaped: nothing,
      audioSilent: nothing,
      limitReached: (_call, limit, detail) => this.#noteProblem(`${limit}: ${detail}`, undefined),
      decisionDropped: (_call, handler) => this.#noteProblem(`the decision of ${handler} came too late`, undefined),
      callFailed: (_call, error) => this.#noteProblem("the switch has failed", error),
      overload: (limit) => this.#noteProblem(`refused by the limit of ${limit}`, undefined),
    };
  }
}

function routeOf({ fallback, public: isPublic = false }: SimulationOptions) {
  if (fallback === undefined) return { public: isPublic };
  return { public: isPublic, fallback: Array.isArray(fallback) ? fallback : [fallback] };
}
