/** The switch of a soak: its users, its trunk, its script, and the phones that all kinds of load share. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Ladder } from "../helpers/ladder.ts";
import { RawPhone } from "../helpers/raw-phone.ts";
import { SteadyPhone } from "../helpers/steady-phone.ts";
import { type RunningSwitch, startSwitch } from "../helpers/switch.ts";
import { INSPECTABLE } from "../helpers/thread-of-the-switch.ts";
import { configured, mediaPorts } from "../helpers/udp-ports.ts";
import { VERSIONS_KEPT } from "./verdict/quantities.ts";

/** Of phones on a machine that has something else to do. */
export const PATIENCE_MS = 20_000;
/** Users whose contacts are left to run out: each may have ten at a time. */
export const LEFT_USERS = 4;

export class SoakWorld {
  readonly strowger: RunningSwitch;
  readonly caller: SteadyPhone;
  readonly callee: SteadyPhone;
  /** The carrier behind the trunk. */
  readonly carrier: SteadyPhone;
  readonly #web: Server;

  private constructor(strowger: RunningSwitch, phones: readonly SteadyPhone[], web: Server) {
    const [caller, callee, carrier] = phones as [SteadyPhone, SteadyPhone, SteadyPhone];
    this.strowger = strowger;
    this.caller = caller;
    this.callee = callee;
    this.carrier = carrier;
    this.#web = web;
  }

  static async start(): Promise<SoakWorld> {
    const web = createServer((_request, response) => response.end("yes")).listen(0, "127.0.0.1");
    await new Promise((resolve) => web.once("listening", resolve));
    const open = (name: string) => SteadyPhone.open({ name, switchPort: 0 });
    const phones = [await open("caller"), await open("callee"), await open("carrier")] as const;
    const strowger = await startSwitch(
      {
        users: Object.fromEntries(names().map((name) => [name, { password: `pw-${name}` }])),
        trunks: { carrier: { uri: `sip:127.0.0.1:${phones[2].port}`, probe: false, from: ["192.0.2.1"] } },
        routes: [{ name: "all", script: "main", public: true }],
        media: configured(mediaPorts),
        fetch: { allowPrivate: ["127.0.0.1"] },
        // What is kept of calls that are over is kept up to a limit: it is to be reached before anything is measured.
        journal: { megabytes: 1, hours: 1, callsPerSecond: 10 },
        deploy: { keepVersions: VERSIONS_KEPT, autoRollback: false },
        // A script must not fail here because the machine is busy.
        limits: { script: { eventMs: 5_000, cpuMs: 5_000 } },
      },
      INSPECTABLE,
    );
    for (const phone of phones) phone.switchPort = strowger.sipPort;
    const world = new SoakWorld(strowger, phones, web);
    await strowger.deploy("main", world.source(1));
    return world;
  }

  /** The script; `version` makes no other difference. */
  source(version: number): string {
    const { port } = this.#web.address() as AddressInfo;
    return `import { forward, kv, reject, voicemail, type Script } from "strowger";
const CALLEE = ${JSON.stringify(this.callee.uri)};
export default {
  async invite(call) {
    call.state.version = ${version};
    switch (call.to.user) {
      case "refused":
        return reject(486);
      case "nobody":
        return [forward(CALLEE, { ringSeconds: 1 }), voicemail("box", { greeting: "none" })];
      case "trunk":
        return forward("+4930123456", { ringSeconds: 20 });
      case "thinks": {
        await kv.increment("calls", 1, { ttlSeconds: 60 });
        const answer = await (await fetch("http://127.0.0.1:${port}/")).text();
        return answer === "yes" ? forward(CALLEE) : reject(500);
      }
      default:
        return forward(/^user-/.test(call.to.user ?? "") ? call.to.user! : CALLEE);
    }
  },
  info: () => undefined,
  bye: () => undefined,
  ended(call) {
    if (call.state.version === undefined) throw new Error("The state is gone.");
  },
} satisfies Script;
`;
  }

  /** A phone of one job, on whatever transport. `ladder`: shared by the phones of the job. */
  phone(name: string, transport: "udp" | "tcp" | "ws" = "udp", ladder = new Ladder()): Promise<RawPhone> {
    const { strowger } = this;
    const options = { name, switchPort: strowger.sipPort, patienceMs: PATIENCE_MS, ladder };
    if (transport === "ws") return RawPhone.ws({ ...options, url: `${strowger.url.replace("http", "ws")}/sip` });
    return transport === "tcp" ? RawPhone.tcp(options) : RawPhone.udp(options);
  }

  async stop(): Promise<void> {
    for (const phone of [this.caller, this.callee, this.carrier]) phone.close();
    this.#web.close();
    await this.strowger.stop();
  }
}

function names(): string[] {
  const left = Array.from({ length: LEFT_USERS }, (_, index) => `left${index}`);
  return ["box", "user-a", "user-b", "comes", "writes", "reads", "watches", ...left];
}
