import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAuth } from "../../../../runtime/sip/message/header/auth.ts";
import { parseContacts } from "../../../../runtime/sip/message/header/contact.ts";
import { splitList } from "../../../../runtime/sip/message/header/list.ts";
import { formatNameAddr, parseNameAddr } from "../../../../runtime/sip/message/header/name-addr.ts";
import { parseVia } from "../../../../runtime/sip/message/header/via.ts";
import { NameSet } from "../../../../runtime/sip/message/header-name.ts";
import type { HeaderField } from "../../../../runtime/sip/message/message.ts";
import { parseMessage } from "../../../../runtime/sip/message/parse.ts";
import { serializeRequest, serializeResponse } from "../../../../runtime/sip/message/serialize.ts";
import { escapeUser, parseUri, unescapeUser } from "../../../../runtime/sip/message/uri.ts";
import { messageOf, messageText } from "./message-text.ts";

const octet = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const octets = fc.string({ unit: octet, maxLength: 200 });
/** Octets that mean something to the parser come more often. */
const tricky = fc.constantFrom(
  "\r\n",
  "\r",
  "\n",
  " ",
  "\t",
  "\0",
  ",",
  ";",
  ":",
  "<",
  ">",
  '"',
  "\\",
  "=",
  "@",
  "?",
  "[",
  "]",
  "%",
  "\r\n ",
  "SIP/2.0",
);
const noise = fc.oneof({ weight: 2, arbitrary: tricky }, { weight: 1, arbitrary: octets });
const token = fc.string({ unit: fc.constantFrom(..."abcXYZ019-.!%*_+`'~"), minLength: 1, maxLength: 20 });
const value = fc.string({ unit: octet, maxLength: 60 }).map((text) => text.replace(/[\r\n\0]/g, "").trim());

const valid = messageText({
  start: "INVITE sip:bob@example.com;transport=udp SIP/2.0",
  set: {
    CSeq: "1 INVITE",
    From: '"A, \\" B" <sip:a@b>;tag=1',
    Via: "SIP/2.0/UDP h;branch=z9;rport, SIP/2.0/TCP [::1]:5",
  },
  lines: ["m: <sip:a@b>;q=0.5,\r\n <sip:c@d>", 'Authorization: Digest a="b", c=d', "l: 4"],
  body: "body",
});

/** Parses and then looks at all there is. */
function readAll(text: string): void {
  for (const transport of ["datagram", "stream"] as const) {
    const outcome = parseMessage(text, transport);
    if (outcome.type === "ignored") continue;
    const message = outcome.type === "message" ? outcome.message : outcome.request;
    if (message === undefined) continue;
    const { headers, topVia, from, to } = message;
    for (const name of new Set(headers.fieldsExcept(new NameSet([])).map((field) => field[0])))
      headers.list(name.toLowerCase());
    parseContacts(headers.all("contact"));
    for (const line of headers.all("authorization")) parseAuth(line);
    for (const address of [from, to]) parseUri(address.uri);
    expect([topVia.params, topVia.text, from.params, from.name, from.text, message.callId, message.cseq]).toHaveLength(
      7,
    );
    if (message.type !== "request") continue;
    message.stampVia("192.0.2.1", 5060);
    const response = serializeResponse(message, { status: 400, toTag: "t" });
    if (outcome.type !== "message") continue;
    const { method, uri, body } = message;
    const fields = headers.fieldsExcept(new NameSet([]));
    expect(parseMessage(serializeRequest({ method, uri, fields, body }), "stream").type).toBe("message");
    expect(parseMessage(response, "stream").type).toBe("message");
  }
}

describe("any input", () => {
  it("is parsed or refused without an exception", () => {
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 40 }), (parts) => readAll(parts.join(""))),
      { numRuns: 500 },
    );
  });

  it("is parsed or refused where it is a message that was tampered with or cut off, and what is taken can be passed on", () => {
    const place = fc.nat({ max: valid.length });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(place, fc.nat({ max: 4 }), noise), { maxLength: 4 }),
        place,
        fc.boolean(),
        (edits, end, cut) => {
          let text = cut ? valid.slice(0, end) : valid;
          for (const [at, gone, more] of edits) text = text.slice(0, at) + more + text.slice(at + gone);
          readAll(text);
        },
      ),
      { numRuns: 600 },
    );
  });

  it("is read or not read by each parser of a part without an exception", () => {
    const parsers = [parseVia, parseNameAddr, parseUri, parseAuth, splitList, (text: string) => parseContacts([text])];
    const prefix = fc.constantFrom("", "SIP/2.0/UDP ", "<sip:", "sip:a@", "tel:+", "Digest ", '"');
    fc.assert(
      fc.property(prefix, fc.array(noise, { maxLength: 12 }), (start, parts) => {
        for (const parse of parsers) parse(start + parts.join(""));
      }),
      { numRuns: 500 },
    );
  });
});

describe("what was written", () => {
  it("is parsed to the same", () => {
    const field = fc.tuple(
      token.filter((name) => !/^(v|f|t|i|l|to|via|from|cseq|call-id|max-forwards|content-length)$/i.test(name)),
      value,
    );
    fc.assert(
      fc.property(token, fc.array(field, { maxLength: 8 }), octets, token, (method, foreign, body, tag) => {
        const own: HeaderField[] = [
          ["Via", "SIP/2.0/UDP h;branch=z9"],
          ["From", `<sip:a@b>;tag=${tag}`],
          ["To", "sip:c@d"],
        ];
        const fields: HeaderField[] = [...own, ["Call-ID", tag], ["CSeq", `7 ${method}`], ...foreign.map(lengthen)];
        const message = messageOf(serializeRequest({ method, uri: "sip:c@d", fields, body }), "stream");
        expect(message.headers.fieldsExcept(new NameSet(["content-length"]))).toEqual(fields);
        expect([message.fromTag, message.callId, message.cseq, message.body]).toEqual([
          tag,
          tag,
          { number: 7, method },
          body,
        ]);
      }),
    );
  });

  it("is a name-addr that is read to the same", () => {
    const params = fc.uniqueArray(
      fc.tuple(
        token.map((name) => name.toLowerCase()),
        fc.oneof(value, fc.constant(true as const)),
      ),
      { selector: ([name]) => name },
    );
    fc.assert(
      fc.property(value, token, params, (name, user, entries) => {
        const uri = `sip:${escapeUser(user)}@h`;
        const address = parseNameAddr(formatNameAddr({ name, uri, params: entries }));
        expect([address?.name, address?.uri, [...(address?.params ?? [])]]).toEqual([name, uri, entries]);
      }),
    );
  });

  it("is a list that splits into the elements it was joined of", () => {
    const quoted = value.map((text) => `"${text.replace(/["\\]/g, "\\$&")}"`);
    const bracketed = value.map((text) => `<${text.replaceAll(">", "")}>`);
    const element = fc.oneof(
      quoted,
      bracketed,
      token,
      fc.tuple(quoted, bracketed, token).map(([a, b, c]) => `${a} ${b};${c}`),
    );
    fc.assert(
      fc.property(fc.array(element, { maxLength: 8 }), (all) => {
        expect(splitList(all.join(" , "))).toEqual(all);
      }),
    );
  });

  it("is a user part that comes back from its escapes", () => {
    fc.assert(
      fc.property(octets, (user) => {
        expect(unescapeUser(escapeUser(user))).toBe(user);
      }),
    );
  });
});

describe("long input", () => {
  const size = 64 * 1024;
  const repeated = [
    ",",
    '"',
    "\\",
    "<",
    ">",
    ";",
    " ",
    "\t",
    "\r\n ",
    "\r\n\t ",
    "=",
    ";a",
    ";a=",
    ';a="',
    "a,",
    '",',
    "<,",
    "\r",
    "\n",
    "%",
    "a:b\r\n",
    ":",
    "[",
    "@",
    "::",
    "1:",
  ];

  it.each(repeated)(
    "of nothing but %j takes time in proportion to its length",
    (unit) => {
      const filling = unit.repeat(size / unit.length);
      const start = process.cpuUsage();
      for (const name of ["Via", "From", "Contact", "Authorization"]) {
        readAll(messageText({ set: { [name]: filling.slice(0, 24_000) } }));
        readAll(messageText({ set: { [name]: `SIP/2.0/UDP h;x="<sip:a@b>${filling}` } }));
      }
      readAll(messageText({ start: `OPTIONS sip:${filling} SIP/2.0` }));
      readAll(filling);
      for (const parse of [parseVia, parseNameAddr, parseUri, parseAuth, splitList]) {
        for (const prefix of ["", "sip:", "<sip:a@b>", "SIP/2.0/UDP h;a=b", "Digest a=b,", "sip:a@["])
          parse(prefix + filling);
      }
      // Some 50 ms where all is linear; seconds for a single parser that is not. CPU time, since other tests run beside it.
      const { user, system } = process.cpuUsage(start);
      expect((user + system) / 1000).toBeLessThan(3_000);
    },
    60_000,
  );
});

function lengthen([name, content]: readonly [string, string]): HeaderField {
  const compact = messageOf(messageText({ lines: [`${name}: x`] }))
    .headers.fieldsExcept(new NameSet([]))
    .at(-1);
  return [compact?.[0] ?? name, content];
}
