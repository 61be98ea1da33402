/**
 * Redirections of one forward (RFC 3261 §8.1.3.4): where a 3xx leads, by q. Its contacts are targets like those of the
 * script, with the rights of the caller; nobody is called twice, and a chain of them comes to its end.
 */
import { toText } from "../../base/text.ts";
import { parseContacts } from "../../sip/message/header/contact.ts";
import type { SipResponse } from "../../sip/message/message.ts";
import { nowhereResponse } from "../call/best-response.ts";
import type { Leg } from "../call/leg.ts";
import type { LegOutcome } from "../call/step.ts";
import type { Branch } from "../target.ts";
import type { ForwardHost } from "./forward.ts";

/** Of one forward, over all its targets. */
const MOST_FOLLOWED = 10;
/** 305 and 380 name no other place of the same user. */
const FOLLOWED: ReadonlySet<number> = new Set([300, 301, 302]);

export class Redirections {
  readonly #host: ForwardHost;
  #followed = 0;

  constructor(host: ForwardHost) {
    this.#host = host;
  }

  /** Whether this is an answer that leads elsewhere. */
  static isRedirection(outcome: LegOutcome): outcome is SipResponse {
    return typeof outcome === "object" && FOLLOWED.has(outcome.status);
  }

  /**
   * Groups of branches, best first; empty: it leads nowhere that was not tried. `undefined`: it says nowhere at all, and is
   * a refusal like any other.
   */
  groupsOf(leg: Leg, response: SipResponse): readonly (readonly Branch[])[] | undefined {
    const contacts = parseContacts(response.headers.all("contact"));
    if (contacts === undefined || contacts === "*" || contacts.length === 0) return undefined;
    const { owner } = leg.state;
    const diverted = owner === undefined ? undefined : { by: owner, code: response.status };
    const groups: Branch[][] = [];
    let last = Number.NaN;
    for (const { uri, q } of contacts.map(ranked).sort((one, other) => other.q - one.q)) {
      const branches = this.#branchesOf(uri).filter((branch) => this.#take(branch, groups));
      if (branches.length === 0) continue;
      const added = branches.map((branch) => ({ ...branch, diverted }));
      if (q === last) groups.at(-1)?.push(...added);
      else groups.push(added);
      last = q;
    }
    return groups;
  }

  #branchesOf(uri: string): readonly Branch[] {
    const target = toText(uri);
    const resolved = this.#host.resolve(target);
    if (resolved.type === "groups") return resolved.groups.flat();
    this.#host.note(target, null, nowhereResponse(resolved), resolved.reason);
    return [];
  }

  #take({ uri }: Branch, groups: readonly (readonly Branch[])[]): boolean {
    const isKnown =
      this.#host.state.legs.some((leg) => leg.uri === uri) || groups.flat().some((branch) => branch.uri === uri);
    if (isKnown || this.#followed >= MOST_FOLLOWED) return false;
    this.#followed++;
    return true;
  }
}

function ranked({ uri, params }: { readonly uri: string; readonly params: ReadonlyMap<string, string | true> }) {
  const q = Number(params.get("q") ?? 1);
  return { uri, q: q >= 0 && q <= 1 ? q : 0 };
}
