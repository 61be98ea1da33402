/** Tools that look for switches to break into, by the name that they give themselves (User-Agent). */
import type { SipRequest } from "../../sip/message/message.ts";

export class Scanners {
  #pattern: RegExp | null = null;

  /** Parts of names, in lower case. */
  constructor(names: readonly string[]) {
    this.configure(names);
  }

  configure(names: readonly string[]): void {
    this.#pattern = names.length === 0 ? null : new RegExp(names.map(literal).join("|"), "i");
  }

  /** Whether the sender calls itself by one of the names. */
  isOne({ headers }: SipRequest): boolean {
    if (this.#pattern === null) return false;
    const agent = headers.get("user-agent");
    return agent !== undefined && this.#pattern.test(agent);
  }
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
