/** Changes to a message that leave it one: what a phone gets wrong, or somebody tries, in a header, a tag, a number. */
import { changed } from "./bytes.ts";
import { Chance } from "./chance.ts";

const TAGS = ["", "x", "f1", "t-bob", "t-alice", "a b", '"', "\xc3\xa0"];
const URIS = [
  "sip:100@example.com",
  "sip:bob@example.com",
  "sip:bob@192.0.2.1",
  "sip:192.0.2.1",
  "sip:voil\xc3\xa0@203.0.113.9",
  "sips:a@b",
  "tel:+15551234",
  "urn:x:y",
  "sip:;method=@n",
  "sip:a@203.0.113.9;lr",
  "sip:a@203.0.113.9;maddr=192.0.2.1;transport=tcp",
  "sip:%00@example.com?Replaces=a%3Bto-tag%3Db%3Bfrom-tag%3Dc",
];
/** Values that mean something else than what stands there, by header. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  "Max-Forwards": ["0", "1", "255"],
  Expires: ["0", "1", "59", "4294967295", "x"],
  Contact: [
    "*",
    "<sip:a@203.0.113.9>;expires=0",
    '<sip:a@b>;+sip.instance="<urn:uuid:1>";reg-id=1',
    ...URIS.map((uri) => `<${uri}>`),
  ],
  "Content-Type": [
    "application/sdp",
    "text/plain",
    "application/pidf+xml",
    "application/dtmf-relay",
    "multipart/mixed;boundary=b",
  ],
  Require: ["100rel", "timer", "replaces", "outbound", "path", "x", "gruu, norefersub"],
  Supported: ["100rel", "timer, replaces, outbound, path, gruu", "tdialog"],
  "Proxy-Require": ["x"],
  Event: ["presence", "dialog", "message-summary", "reg", "refer", "x", "presence;id=1"],
  "Subscription-State": ["terminated;reason=timeout", "active;expires=9", "x"],
  Accept: ["*/*", "application/sdp", "text/plain;q=0"],
  "Session-Expires": ["90;refresher=uac", "91;refresher=uas", "1", "4294967295", "x"],
  "Min-SE": ["90", "4294967295", "x"],
  RAck: ["1 1 INVITE", "0 0 x", "4294967295 1 INVITE"],
  RSeq: ["1", "0", "4294967295"],
  Replaces: ["call-1;to-tag=a;from-tag=b", "x;from-tag=1;to-tag=2;early-only"],
  Join: ["call-1;to-tag=a;from-tag=b"],
  "Target-Dialog": ["call-1;local-tag=a;remote-tag=b"],
  "Refer-To": [
    ...URIS.map((uri) => `<${uri}>`),
    "<sip:bob@example.com;method=BYE>",
    "<sip:101@example.com?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2>",
  ],
  "Referred-By": ["<sip:alice@example.com>", "x"],
  "Refer-Sub": ["false"],
  Route: ["<sip:192.0.2.1;lr>", "<sip:203.0.113.9;lr>", "<sip:192.0.2.1>", "x"],
  "Record-Route": ["<sip:203.0.113.9;lr>", "<sip:203.0.113.9>", "<sip:203.0.113.9;lr>, <sip:b;lr>", "x"],
  Path: ["<sip:203.0.113.9;lr>", "<sip:b>", "x"],
  Via: [
    "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1",
    "SIP/2.0/TCP 203.0.113.9:5060;branch=z9hG4bKr-x-1;rport",
    "SIP/2.0/UDP h",
  ],
  Authorization: [
    "Digest x",
    'Digest username="alice", realm="strowger", nonce="n", uri="sip:a", response="r"',
    "Basic YQ==",
  ],
  "Proxy-Authorization": ["Digest x", 'Digest username="bob", realm="strowger", nonce="", uri="", response=""'],
  "SIP-If-Match": ["x", "1"],
  Privacy: ["id", "none", "id;critical"],
  "P-Asserted-Identity": ["<sip:ceo@example.com>", "tel:+1"],
  Diversion: ["<sip:a@b>;reason=busy", "x"],
  "History-Info": ["<sip:a@b>;index=1", "<sip:a@b>;index=1.1.1.1.1.1.1"],
  "Content-Encoding": ["gzip"],
  "Content-Disposition": ["render", "session;handling=required"],
  Reason: ['Q.850;cause=16;text="\\"', "SIP;cause=200"],
  Timestamp: ["1", "x"],
  "Alert-Info": ["<http://x>"],
};
const NAMES = Object.keys(VALUES);
const METHODS = [
  "INVITE",
  "ACK",
  "BYE",
  "CANCEL",
  "OPTIONS",
  "REGISTER",
  "PRACK",
  "SUBSCRIBE",
  "NOTIFY",
  "PUBLISH",
  "INFO",
  "REFER",
  "MESSAGE",
  "UPDATE",
  "X",
];

/** The message with the change that a number stands for. `others`: messages of which headers are taken over. */
export function changedMessage(text: string, number: number, others: readonly string[]): string {
  const chance = new Chance(number);
  const end = text.indexOf("\r\n\r\n");
  const head = end < 0 ? text : text.slice(0, end);
  const body = end < 0 ? "" : text.slice(end + 4);
  const [start = "", ...lines] = head.split("\r\n");
  const at = chance.below(Math.max(1, lines.length));
  const line = lines[at] ?? "X: y";
  const whole = (first: string, fields: readonly string[], content = body): string => {
    const other = fields.filter((field) => !/^(content-length|l)\s*:/i.test(field));
    return `${[first, ...other, `Content-Length: ${content.length}`].join("\r\n")}\r\n\r\n${content}`;
  };
  switch (chance.below(12)) {
    case 0:
      return whole(start, lines.toSpliced(at, 1));
    case 1:
      return whole(start, lines.toSpliced(at, 0, line));
    case 2:
    case 3:
    case 4: {
      const name = chance.pick(NAMES);
      const field = `${name}: ${chance.pick(VALUES[name] ?? [""])}`;
      const known = lines.findIndex((other) => other.toLowerCase().startsWith(`${name.toLowerCase()}:`));
      return whole(start, known < 0 || chance.oneIn(4) ? [...lines, field] : lines.toSpliced(known, 1, field));
    }
    case 5:
      return whole(start, lines.toSpliced(at, 1, line.replace(/;tag=[^;]*/, `;tag=${chance.pick(TAGS)}`)));
    case 6:
      return whole(
        start.replace(/^\S+ \S+/, (words) => `${words.split(" ")[0]} ${chance.pick(URIS)}`),
        lines,
      );
    case 7: {
      const method = chance.pick(METHODS);
      const fields = lines.map((field) => field.replace(/^(CSeq: \d+) .*$/i, `$1 ${method}`));
      return whole(start.replace(/^[A-Z]+ /, `${method} `), fields);
    }
    case 8:
      return whole(
        start,
        lines.map((field) => field.replace(/^CSeq: (\d+)/i, () => `CSeq: ${chance.pick([0, 1, 2, 2 ** 31 - 1])}`)),
      );
    case 9:
      return whole(start, lines, changed(body, number, others, ["\r\n", "a=inactive", "0"]));
    case 10: {
      const other = chance.pick(others).split("\r\n\r\n", 1)[0]?.split("\r\n").slice(1) ?? [];
      return whole(start, other.length === 0 ? lines : [...lines, chance.pick(other)]);
    }
    default:
      return changed(text, number, others, []);
  }
}
