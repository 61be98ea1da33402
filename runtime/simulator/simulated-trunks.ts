/** The trunks of a simulation: declared as in `strowger.yaml`, watched by the switch's own code, with a gateway made of text. */
import type { Log } from "../base/log.ts";
import { parseWith } from "../contract/issue.ts";
import { type TrunkDeclaration, trunkNameSchema, trunkSchema } from "../contract/trunk.ts";
import { TrunkEvents } from "../events/trunk-events.ts";
import type { ScriptEvents } from "../port/script-events.ts";
import type { TrunkNews } from "../port/trunk-news.ts";
import { parseUri } from "../sip/message/uri.ts";
import type { SipStack } from "../sip/stack.ts";
import type { Gateway, Trunk } from "../switch/trunks/trunk.ts";
import type { ConfiguredTrunk, Trunks } from "../switch/trunks/trunks.ts";
import { WatchedTrunks } from "../switch/trunks/watched-trunks.ts";
import type { SimGateway } from "./network/sim-gateway.ts";
import type { Pace } from "./pace.ts";
import type { SimPhones } from "./sim-phones.ts";
import { SimulatedTrunk } from "./simulated-trunk.ts";
import { SimulationError } from "./simulation-error.ts";
import type { Timeline } from "./timeline.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** As `trunks` of `strowger.yaml` declares it; no gateway is asked by OPTIONS whether it is there. */
export type SimulatedTrunkOptions = Omit<TrunkDeclaration, "probe">;

/** What trunks need of their simulation. */
export interface TrunkStage {
  readonly clock: VirtualClock;
  readonly pace: Pace;
  readonly timeline: Timeline;
  readonly log: Log;
  readonly phones: SimPhones;
  /** The name of the script. */
  readonly script: string;
}

export class SimulatedTrunks {
  readonly declared: readonly ConfiguredTrunk[];
  readonly stage: TrunkStage;
  /** What stands at each gateway, by its URI. */
  readonly #gateways = new Map<string, SimGateway>();
  #events: TrunkEvents | null = null;
  #watched: WatchedTrunks | null = null;
  #trunks: Trunks | null = null;

  constructor(stage: TrunkStage, options: Readonly<Record<string, SimulatedTrunkOptions>>) {
    this.stage = stage;
    this.declared = Object.entries(options).map(([name, declaration]) => this.#declare(name, declaration));
  }

  /** Tells calls which gateways to try. */
  watch(stack: SipStack): WatchedTrunks {
    const { clock, log } = this.stage;
    const witness = { trunkChanged: (news: TrunkNews) => this.#events?.trunkChanged(news) };
    this.#watched = new WatchedTrunks({ clock, stack, log, witness, random: () => 0 });
    return this.#watched;
  }

  /** The switch is there: registrations begin, and scripts hear of what happens. */
  begin(trunks: Trunks, events: ScriptEvents): void {
    const { clock, log, pace, script } = this.stage;
    const paced: ScriptEvents = {
      isHandled: (name, handler) => events.isHandled(name, handler),
      run: (run) => {
        pace.promised();
        return events.run(run).finally(() => pace.promised());
      },
    };
    const scripts = { handling: () => (events.isHandled(script, "trunk") ? [script] : []) };
    this.#events = new TrunkEvents({ clock, log, events: paced, scripts });
    this.#trunks = trunks;
    for (const trunk of trunks.all) this.#watched?.declare(trunk);
  }

  get(name: string): SimulatedTrunk {
    const trunk = this.#trunks?.byName(name);
    if (trunk === undefined) throw this.#unknown(name);
    return new SimulatedTrunk(trunk, this);
  }

  /** Where calls come in from a trunk: its first gateway. */
  gatewayOf(name: string): SimGateway {
    const trunk = this.#trunks?.byName(name);
    const [first] = trunk === undefined ? [] : this.gatewaysOf(trunk);
    if (first === undefined) throw this.#unknown(name);
    return first[1];
  }

  /** What stands at gateways of a trunk; `uri`: at one of them, as it was declared. */
  gatewaysOf({ name, gateways }: Trunk, uri?: string): readonly (readonly [Gateway, SimGateway])[] {
    const found = gateways.flatMap((gateway) => {
      const there = uri === undefined || uri === gateway.uri ? this.#gateways.get(gateway.uri) : undefined;
      return there === undefined ? [] : [[gateway, there] as const];
    });
    if (found.length > 0) return found;
    const known = gateways.map((gateway) => `"${gateway.uri}"`).join(", ") || "none";
    throw new SimulationError(
      `The trunk "${name}" has no gateway ${uri === undefined ? "" : `"${uri}"`}; it has ${known}`,
    );
  }

  /** What a call would tell the switch of a gateway. */
  report(trunk: Trunk, gateway: Gateway, outcome: "answered" | "unreachable"): void {
    this.#watched?.report(trunk, gateway, outcome);
  }

  tell(news: TrunkNews): void {
    this.#events?.trunkChanged(news);
  }

  isUp(trunk: Trunk): boolean {
    return this.#watched?.status(trunk).state === "up";
  }

  #unknown(name: string): SimulationError {
    const known = this.declared.map((declared) => `"${declared.name}"`).join(", ") || "none";
    return new SimulationError(`There is no trunk "${name}"; simulate(script, { trunks: … }) names ${known}`);
  }

  #declare(name: string, declaration: SimulatedTrunkOptions): ConfiguredTrunk {
    const { uri, gateways } = declaration;
    const where = uri === undefined && gateways === undefined ? { uri: `sip:${name}.example.net` } : {};
    const named = parseWith(trunkNameSchema, name);
    const parsed = parseWith(trunkSchema, { ...where, ...declaration, probe: false });
    if (!named.ok || !parsed.ok) {
      const problems = [...(named.ok ? [] : named.problem), ...(parsed.ok ? [] : parsed.problem)];
      const texts = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
      throw new SimulationError(`trunks: "${name}": ${texts.join("; ")}`);
    }
    const trunk = parsed.value;
    const uris = trunk.uri === undefined ? (trunk.gateways ?? []).map((gateway) => gateway.uri) : [trunk.uri];
    const addresses = uris.map((at) => this.#addGateway(name, at).address);
    return { name, trunk: { ...trunk, from: trunk.from ?? addresses } };
  }

  #addGateway(name: string, uri: string): SimGateway {
    const parsed = parseUri(uri);
    const gateway = this.stage.phones.addGateway(`trunk:${name}`, parsed?.kind === "sip" ? parsed.host : uri);
    this.#gateways.set(uri, gateway);
    return gateway;
  }
}
