/** The most resident memory that any script host below this process has. */
import { residentMB } from "../../../../runtime/sandbox/process-usage.ts";
import { hostPids } from "../../sandbox/host-pids.ts";

const EVERY_MS = 50;

export class HostMemory {
  readonly #timer: NodeJS.Timeout;
  #mostMB = 0;

  constructor() {
    this.#timer = setInterval(() => this.#look(), EVERY_MS);
  }

  /** In megabytes. */
  stop(): number {
    clearInterval(this.#timer);
    return this.#mostMB;
  }

  #look(): void {
    for (const pid of hostPids()) this.#mostMB = Math.max(this.#mostMB, residentMB(pid) ?? 0);
  }
}
