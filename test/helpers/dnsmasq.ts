/** Debian's dnsmasq as a DNS server on loopback, with the zone that a test gives it. */
import { connect } from "node:net";
import { onTestFinished } from "vitest";
import { Child } from "./child.ts";
import { freePort } from "./free-port.ts";
import { findProgram } from "./require-program.ts";
import { until } from "./until.ts";

export class Dnsmasq {
  readonly port: number;
  readonly #zone: readonly string[];
  #child: Child | null = null;

  constructor(port: number, zone: readonly string[]) {
    this.port = port;
    this.#zone = zone;
  }

  /** `zone`: options of dnsmasq that make records. It answers for `.test` and asks nobody else. */
  static async start(zone: readonly string[]): Promise<Dnsmasq> {
    const server = new Dnsmasq(await freePort(), zone);
    onTestFinished(() => server.stop());
    await server.start();
    return server;
  }

  /** As the configuration names it. */
  get server(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Questions that it has had, as `TYPE name`, for each time that it was asked. */
  get asked(): readonly string[] {
    const lines = this.#child?.output.matchAll(/query\[(\w+)\] (\S+) from/g) ?? [];
    return [...lines].map(([, type, name]) => `${type} ${name}`);
  }

  async start(): Promise<void> {
    const program = findProgram("dnsmasq");
    if (program === undefined) throw new Error("dnsmasq is not installed");
    const child = new Child(program, [
      ...["--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file"],
      ...["--listen-address=127.0.0.1", "--bind-interfaces", `--port=${this.port}`, "--user="],
      ...["--local=/test/", "--local-ttl=60", "--log-queries", "--log-facility=-", "--cache-size=0"],
      ...this.#zone,
    ]);
    this.#child = child;
    await until("dnsmasq to listen", () => canConnect(this.port));
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("connect", () => socket.destroy());
  });
}
