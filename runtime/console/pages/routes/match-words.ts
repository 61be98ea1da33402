/** What a route matches, and why it did not, in words. Pure. */
import type { RouteMatchBody } from "../../../contract/resource-api.ts";
import { visibleLine } from "../../components/visible-text.ts";

export type MatchField = RouteMatchBody["passed"][number]["field"];

interface Words {
  /** What a route that has the field asks of a call. */
  readonly asks: string;
  /** What a call has, where the route asks for another. */
  readonly has: string;
}

/** In the order in which they are read. */
const WORDS: Readonly<Record<MatchField, Words>> = {
  to: { asks: "to", has: "the number called is" },
  from: { asks: "from", has: "the caller is" },
  trunk: { asks: "by trunk", has: "it comes by trunk" },
  source: { asks: "from network", has: "it comes from" },
  domain: { asks: "at domain", has: "it is for" },
  method: { asks: "method", has: "it is" },
};
export const MATCH_FIELDS = Object.keys(WORDS) as readonly MatchField[];

export interface MatchPart {
  readonly words: string;
  readonly value: string;
}

/** Each thing that a call must fit; none: every call does. */
export function matchParts(match: Readonly<Record<string, string>>): readonly MatchPart[] {
  return MATCH_FIELDS.flatMap((field) => {
    const value = match[field];
    return value === undefined ? [] : [{ words: WORDS[field].asks, value: visibleLine(value) }];
  });
}

export interface TriedCall {
  readonly to: string;
  readonly from: string;
  readonly source: string;
  readonly trunk: string;
}

/** Why a route let a call pass: "only by trunk carrier, and it comes by none". */
export function whyPassed(field: MatchField, match: Readonly<Record<string, string>>, call: TriedCall): string {
  const { asks, has } = WORDS[field];
  const wanted = `only ${asks} ${visibleLine(match[field] ?? "?")}`;
  const had = { ...call, domain: "our first domain", method: "INVITE" }[field];
  return `${wanted}, and ${had === "" ? "none is given" : `${has} ${visibleLine(had)}`}`;
}
