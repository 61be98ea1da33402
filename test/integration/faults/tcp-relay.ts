/** What lies between a phone and the switch on TCP, and breaks as it is told. */
import { connect, createServer, type Server, type Socket } from "node:net";

export class TcpRelay {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [phone: Socket, far: Socket]>();

  private constructor(server: Server, switchPort: number) {
    this.#server = server;
    server.on("connection", (phone) => {
      const far = connect(switchPort, "127.0.0.1");
      for (const [from, to] of [
        [phone, far],
        [far, phone],
      ] as const) {
        from.setNoDelay(true);
        from.on("data", (data) => to.write(data));
        from.on("error", () => {});
        from.on("close", () => to.destroy());
      }
      this.#pairs.add([phone, far]);
    });
  }

  static async open(switchPort: number): Promise<TcpRelay> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new TcpRelay(server, switchPort);
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("The relay has no port.");
    return address.port;
  }

  /** Both ends see a reset (RST). */
  reset(): void {
    for (const ends of this.#pairs) for (const end of ends) end.resetAndDestroy();
    this.#pairs.clear();
  }

  /** Nothing gets through any more, and neither end is told. */
  fallSilent(): void {
    for (const ends of this.#pairs) for (const end of ends) end.removeAllListeners("data").resume();
  }

  close(): void {
    this.#server.close();
    this.reset();
  }
}
