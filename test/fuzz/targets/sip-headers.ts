/** Values of structured headers, each read by every reader there is: what is accepted means the same once it is written. */
import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { withoutTag } from "../../../runtime/sip/dialog/dialog.ts";
import { parseRAck } from "../../../runtime/sip/dialog/reliable.ts";
import { formatAuth, parseAuth } from "../../../runtime/sip/message/header/auth.ts";
import { parseContacts } from "../../../runtime/sip/message/header/contact.ts";
import { scanCSeq } from "../../../runtime/sip/message/header/cseq.ts";
import { splitList } from "../../../runtime/sip/message/header/list.ts";
import { formatNameAddr, parseNameAddr, scanNameAddr } from "../../../runtime/sip/message/header/name-addr.ts";
import { formatReplaces, parseReplaces } from "../../../runtime/sip/message/header/replaces.ts";
import { parseVia } from "../../../runtime/sip/message/header/via.ts";
import { parseUri, toRequestUri } from "../../../runtime/sip/message/uri.ts";
import { formatEvent, parseEvent } from "../../../runtime/switch/presence/event-header.ts";
import { knownMessages } from "../grammar/corpus.ts";
import { headerField } from "../grammar/headers.ts";
import { mutated } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "1 INVITE",
  "776656 1 INVITE",
  "a@b;to-tag=1;from-tag=2;early-only",
  "presence;id=1",
  'Digest realm="a", nonce="b", qop="auth"',
];
const words = [
  ";tag=",
  "<sip:a@b>",
  '"',
  "\\",
  ",",
  ";",
  "=",
  " ",
  "\t",
  "\0",
  "SIP/2.0/UDP ",
  ";branch=z9hG4bK",
  ";rport",
  ";received=",
  "Digest ",
  "%",
];

export const sipHeaders: Target = {
  samples: [...OWN, ...knownMessages().flatMap(valuesOf)],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 2, arbitrary: headerField.map(([, value]) => value) },
      { weight: 1, arbitrary: mutated(seeds, { words }) },
    ),
  run(input) {
    // A value never holds what ends a line: that is for whoever cuts the header out.
    const value = input.replace(/[\r\n]+/g, " ");
    splitList(value);
    parseContacts([value, value]);
    scanCSeq(value, 0, value.length);
    parseRAck(value);
    nameAddress(value);
    via(value);
    credentials(value);
    names(value);
  },
};

function valuesOf(text: string): string[] {
  const [head = ""] = text.split("\r\n\r\n", 1);
  return head.split("\r\n").flatMap((line) => (line.includes(":") ? [line.slice(line.indexOf(":") + 1).trim()] : []));
}

function nameAddress(value: string): void {
  const address = parseNameAddr(value);
  if (address === undefined) return;
  const { name, uri, text } = address;
  // A tag is never written by itself; NUL becomes a space.
  const params = [...address.params].filter(([key, content]) => key !== "tag" && !String(content).includes("\0"));
  if (!name.includes("\0")) {
    const again = parseNameAddr(formatNameAddr({ name, uri, params }));
    deepStrictEqual([again?.name, again?.uri, [...(again?.params ?? [])]], [name, uri, params]);
  }
  holds(parseNameAddr(text)?.uri === uri, "The text of an address is another address.");
  const bare = withoutTag(text);
  const { tag } = scanNameAddr(`${bare};tag=own`, 0, bare.length + 8) ?? {};
  holds(tag === "own", `A tag is left in ${JSON.stringify(bare)}.`);
  const target = parseUri(uri);
  if (target !== undefined) toRequestUri(uri);
}

function via(value: string): void {
  const read = parseVia(value);
  if (read === undefined) return;
  const again = parseVia(read.text);
  deepStrictEqual(
    [again?.host, again?.port, again?.branch, [...(again?.params ?? [])]],
    [read.host, read.port, read.branch, [...read.params]],
  );
}

function credentials(value: string): void {
  const read = parseAuth(value);
  if (read === undefined || [...read.params.values()].some((text) => /[\0]/.test(text))) return;
  const again = parseAuth(formatAuth(read));
  deepStrictEqual([again?.scheme, [...(again?.params ?? [])]], [read.scheme, [...read.params]]);
}

function names(value: string): void {
  const replaces = parseReplaces(value);
  if (replaces !== undefined) deepStrictEqual(parseReplaces(formatReplaces(replaces)), replaces);
  const event = parseEvent(value);
  if (event !== undefined) deepStrictEqual(parseEvent(formatEvent(event)), event);
}
