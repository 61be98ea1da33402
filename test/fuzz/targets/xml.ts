/** XML that phones publish: what is read can be written again, and means the same; what we write is always well formed. */
import { deepStrictEqual } from "node:assert";
import fc from "fast-check";
import { toWire } from "../../../runtime/base/text.ts";
import { formatDialogInfo } from "../../../runtime/switch/presence/dialog/dialog-document.ts";
import {
  formatPresence,
  readPresence,
  sizeOfPresence,
} from "../../../runtime/switch/presence/pidf/presence-document.ts";
import { element, formatXml } from "../../../runtime/switch/presence/xml/element.ts";
import { readXml } from "../../../runtime/switch/presence/xml/read-xml.ts";
import { knownBodies } from "../grammar/corpus.ts";
import { joined, listed, maybe, mostly, word } from "../grammar/odd.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const PIDF = 'xmlns="urn:ietf:params:xml:ns:pidf"';
const OWN = [
  `<?xml version="1.0"?>\r\n<presence ${PIDF} entity="sip:a@b"><tuple id="t"><status><basic>open</basic></status><contact priority="0.8">sip:a@b</contact><note xml:lang="en">in</note></tuple></presence>`,
  `<presence ${PIDF} xmlns:r="urn:ietf:params:xml:ns:pidf:rpid" entity="e"><tuple id="1"><status><basic>closed</basic><r:x/></status></tuple><!-- c --><r:activities><![CDATA[a]]>&amp;&#65;&#x42;</r:activities></presence>`,
];
const words = [
  "<",
  ">",
  "/>",
  "</",
  "<a>",
  "</a>",
  "<a b='",
  '="',
  "&amp;",
  "&#0;",
  "&#x110000;",
  "<![CDATA[",
  "]]>",
  "<!--",
  "-->",
  "<?xml ",
  "?>",
  "xmlns:a=",
  "<!DOCTYPE ",
  "&x;",
];
/** A document larger than what may be published is refused before it is read. */
const MOST_OCTETS = 8192;

const name = fc.oneof(
  fc.constantFrom("presence", "tuple", "status", "basic", "note", "r:activities", "a", "contact"),
  word("abz:-._1", 5),
);
const text = fc.oneof(
  word("ab <", 6, 0),
  fc.constantFrom("&amp;", "&#65;", "&lt;", "open", "\xc3\xa9", "<![CDATA[x]]>"),
);
const attribute = joined(
  " ",
  fc.oneof(name, fc.constantFrom("id", "xmlns", "xmlns:r", "xml:lang", "entity")),
  '="',
  text,
  '"',
);
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    mostly(text),
    fc
      .tuple(name, listed(attribute, "", 3), fc.array(tie("tree"), { maxLength: 3 }), maybe(fc.constant("x")))
      .map(([tag, given, children, end]) => `<${tag}${given}>${children.join("")}</${tag}${end === "x" ? " " : ""}>`),
  ),
}));

export const xml: Target = {
  samples: [...OWN, ...knownBodies().filter((body) => body.includes("<"))],
  inputs: (seeds) =>
    fc.oneof(
      { weight: 3, arbitrary: mutated(seeds, { words, mostOctets: MOST_OCTETS }) },
      {
        weight: 2,
        arbitrary: tree.map((inner) => `<presence ${PIDF} xmlns:r="urn:r">${inner}</presence>`.slice(0, MOST_OCTETS)),
      },
      { weight: 1, arbitrary: octets(200) },
    ),
  run(input) {
    readXml(input);
    written(input);
    const presence = readPresence(input);
    if (presence === undefined) return;
    const again = formatPresence({
      entity: "sip:a@b",
      published: [{ number: 1, presence }],
      isRegistered: true,
      isTalking: true,
    });
    holds(/^[\0-\xff]*$/.test(again), "A document that is no octets.");
    holds(readPresence(again) !== undefined, `What was published is no document any more: ${again}`);
    holds(sizeOfPresence(presence) > 0, "A document without a size.");
  },
};

/** Any text, in any place of a document of ours. */
function written(input: string): void {
  const document = formatXml(element("a", { b: input, n: 1 }, element("c", {}, input)));
  const read = readXml(document);
  holds(read !== undefined, `A document of ours is not well formed: ${document}`);
  const legal = input.replace(/[^\t\n\r\x20-\ud7ff\ue000-\ufffd]/g, "\ufffd");
  const [child] = read.children;
  holds(typeof child === "object", "An element is lost.");
  deepStrictEqual([child.children.join(""), read.attributes[0]?.value], [legal, legal]);
  const dialogs = formatDialogInfo({ entity: toWire(input), version: 1, host: "example.com", dialogs: [] });
  holds(
    readXml(Buffer.from(dialogs, "latin1").toString("utf8")) !== undefined,
    "A document of calls is not well formed.",
  );
}
