/**
 * Whom a script may call. What is dialled is compared as written with `+` and the country code: how a gateway reads digits
 * without it, nobody here can know, so the lists of numbers let them through only where a prefix names them.
 */
import { type HostRule, matchesHost, parseHostRule } from "../../contract/host-rule.ts";
import type { CountryOf, DestinationPolicy } from "../../port/policy.ts";
import type { SipUri } from "../../sip/message/uri.ts";
import { unescapeUser } from "../../sip/message/uri.ts";

const SIP_PORT = 5060;
const E164 = /^\+\d{2,15}$/;
/** Separators that people write into numbers (RFC 3966 §3). */
const SEPARATORS = /[-.()]/g;
const BEGINS_WITH_LETTER = /^\p{L}/u;
const WITHOUT_CODE = "numbers without + and country code are not allowed";

export class Destinations {
  readonly #policy: DestinationPolicy;
  readonly #countries: ReadonlySet<string>;
  readonly #hosts: readonly HostRule[] | null;
  readonly #countryOf: CountryOf;

  constructor(policy: DestinationPolicy, countryOf: CountryOf) {
    this.#policy = policy;
    this.#countries = new Set(policy.countries);
    this.#hosts = policy.hosts?.flatMap(ruleOf) ?? null;
    this.#countryOf = countryOf;
  }

  /** Why users of the switch are not called; `null`: they are. */
  refusalOfUsers(): string | null {
    return this.#policy.users === false ? "users of this switch are not allowed" : null;
  }

  /** Why an address outside is not called; `null`: it is. Tells nothing of the number itself. */
  refusalOf(uri: SipUri): string | null {
    return this.#refusalOfHost(uri) ?? this.#refusalOfNumber(uri.user);
  }

  /** Why a number is not called by a trunk; `null`: it is. `gateway`: where the trunk leads. */
  refusalByTrunk(trunk: string, number: string, gateway: SipUri): string | null {
    const { trunks } = this.#policy;
    if (trunks !== undefined && !trunks.includes(trunk)) return `trunk ${trunk} is not allowed`;
    const byHost = trunks === undefined ? this.#refusalOfHost(gateway) : null;
    return byHost ?? this.#refusalOfNumber(number);
  }

  #refusalOfHost({ host, port = SIP_PORT, params }: SipUri): string | null {
    if (this.#hosts === null) return null;
    // Whoever gets the request might send it on to there (RFC 3261 §19.1.1).
    const maddr = params.get("maddr");
    const all = typeof maddr === "string" ? [host, maddr] : [host];
    const stranger = all.find((name) => !this.#hosts?.some((rule) => matchesHost(rule, name.toLowerCase(), port)));
    return stranger === undefined ? null : `host ${stranger} is not allowed`;
  }

  #refusalOfNumber(user = ""): string | null {
    const { countries, prefixes, denyPrefixes } = this.#policy;
    const dialled = dialledOf(user);
    if (dialled === "" || BEGINS_WITH_LETTER.test(dialled)) {
      const isBound = countries !== undefined || prefixes !== undefined;
      return isBound && this.#hosts === null ? "only numbers are allowed" : null;
    }
    const denied = denyPrefixes?.find((prefix) => dialled.startsWith(prefix));
    if (denied !== undefined) return `prefix ${denied} is denied`;
    if (prefixes?.some((prefix) => dialled.startsWith(prefix))) return null;
    const isInternational = E164.test(dialled);
    if (countries === undefined) {
      if (prefixes !== undefined) return "no prefix that is allowed begins it";
      // A prefix with + says nothing about digits that a gateway may read as the same number.
      const isDenied = denyPrefixes?.some((prefix) => prefix.startsWith("+")) === true;
      return isDenied && !isInternational ? WITHOUT_CODE : null;
    }
    if (!isInternational) return WITHOUT_CODE;
    const country = this.#countryOf(dialled);
    if (country === null) return "it is no number of a single country";
    return this.#countries.has(country) ? null : `country ${country} is not allowed`;
  }
}

/** The number in a user part, whose parameters do not count (RFC 3261 §19.1.6). */
function dialledOf(user: string): string {
  const [dialled = ""] = unescapeUser(user).split(";", 1);
  return BEGINS_WITH_LETTER.test(dialled) ? dialled : dialled.replace(SEPARATORS, "");
}

/** They were checked when they were set. */
function ruleOf(text: string): readonly HostRule[] {
  const parsed = parseHostRule(text);
  return parsed.ok ? [parsed.value] : [];
}
