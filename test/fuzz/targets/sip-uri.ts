/** URIs: read, compared and made ready for a request line. */
import fc from "fast-check";
import { parseNameAddr } from "../../../runtime/sip/message/header/name-addr.ts";
import {
  escapeUser,
  formatHost,
  isSameUri,
  parseUri,
  toRequestUri,
  unescapeUser,
} from "../../../runtime/sip/message/uri.ts";
import { knownMessages } from "../grammar/corpus.ts";
import { uri } from "../grammar/uri.ts";
import { mutated } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "sip:alice@example.com;transport=tcp?subject=x",
  "sips:[2001:db8::1]:5061",
  "tel:+1-555-1234;ext=5",
  "urn:service:sos",
];
const words = [
  "sip:",
  "sips:",
  "tel:",
  "@",
  ";lr",
  ";user=phone",
  "?",
  "&",
  "%41",
  "%00",
  "[::1]",
  ":5060",
  "=",
  ";method=INVITE",
];

export const sipUri: Target = {
  samples: [...OWN, ...knownMessages().flatMap((text) => text.match(/\b(?:sips?|tel):[^\s<>"]+/g) ?? [])],
  inputs: (seeds) => fc.oneof({ weight: 2, arbitrary: uri }, { weight: 1, arbitrary: mutated(seeds, { words }) }),
  run(input) {
    holds(unescapeUser(escapeUser(input)) === input, "Escaping a user changes it.");
    const read = parseUri(input);
    if (read === undefined) return;
    holds(isSameUri(read, read), "A URI is not the same as itself.");
    const bare = parseUri(toRequestUri(input));
    holds(bare !== undefined, "A URI that was accepted cannot stand in a request line.");
    if (read.kind !== "other")
      holds(parseNameAddr(`<${input}>`)?.uri === input, "A URI that was accepted is none in brackets.");
    if (read.kind !== "sip" || bare.kind !== "sip") return;
    holds(bare.headers === undefined, "Headers are left in a request line.");
    holds(bare.host === read.host && bare.user === read.user && bare.port === read.port, "It is another resource.");
    const again = parseUri(`sip:${formatHost(read.host)}`);
    holds(again?.kind === "sip" && again.host === read.host, "A host is another once it is written.");
    const other = parseUri(input.toUpperCase());
    if (other !== undefined)
      holds(isSameUri(read, other) === isSameUri(other, read), "Two URIs are the same one way only.");
  },
};
