/** URIs by the grammar of RFC 3261 §25 and RFC 3966, and what they are made of, with something odd in them now and then. */
import fc from "fast-check";
import { joined, listed, maybe, mostly, word } from "./odd.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const TOKEN_CHARACTERS = `${LETTERS}ABCXYZ0123456789-.!%*_+\`'~`;

export const token = word(TOKEN_CHARACTERS, 10);
export const spaces = fc.oneof(
  { weight: 6, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: fc.constantFrom(" ", "\t", "\r\n ") },
);
export const number = fc.oneof(
  fc.nat(100).map(String),
  fc.nat().map(String),
  fc.constantFrom("0", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "1".repeat(20)),
);
export const quoted = mostly(
  listed(fc.oneof(word(`${LETTERS} ,;<>@`, 6, 0), fc.constantFrom('\\"', "\\\\", "\\\0", "\xc3\xa9")), "", 3).map(
    (text) => `"${text}"`,
  ),
);
export const host = mostly(
  fc.oneof(
    fc.constantFrom("example.com", "192.0.2.1", "192.0.2.1", "a.b.c", "h", "A.EXAMPLE.", "under_score"),
    fc.constantFrom(
      "[2001:db8::1]",
      "[::]",
      "[::ffff:192.0.2.2]",
      "[2001:db8:::192.0.2.1]",
      "[1:2:3:4:5:6:7:8]",
      "[:::]",
      "[1::2::3]",
    ),
    word("0123456789abcdef:.", 20).map((text) => `[${text}]`),
    word(`${LETTERS}0123456789.-`, 20),
  ),
);
export const port = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: number.map((port) => `:${port}`) },
);
const user = mostly(
  fc.oneof(
    fc.constantFrom(
      "alice",
      "100",
      "+15551234",
      "bob",
      "user;par=u%40example.net",
      "a%20b",
      "%00",
      "#31#100",
      "*43",
      "1-2.3(4)",
    ),
    word(`${LETTERS}0123456789-_.!~*'()&=+$,;?/%`, 16),
  ),
);
const uriParameter = fc.oneof(
  fc.constantFrom(
    "lr",
    "transport=tcp",
    "transport=UDP",
    "user=phone",
    "maddr=192.0.2.9",
    "ttl=15",
    "method=INVITE",
    "ob",
    "gr",
    "gr=x",
  ),
  joined(token, maybe(joined("=", token))),
);
const uriParameters = listed(
  uriParameter.map((parameter) => `;${parameter}`),
  "",
  4,
);
const uriHeaders = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: listed(joined(token, "=", token), "&", 3, 1).map((headers) => `?${headers}`) },
  { weight: 1, arbitrary: fc.constant("?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2") },
);
const sipUri = joined(
  fc.constantFrom("sip:", "sip:", "sip:", "sips:", "SIP:"),
  fc.oneof(
    { weight: 4, arbitrary: joined(user, maybe(joined(":", token)), "@") },
    { weight: 1, arbitrary: fc.constant("") },
  ),
  host,
  port,
  uriParameters,
  uriHeaders,
);
const telUri = joined(
  "tel:",
  fc.oneof(fc.constantFrom("+1-555-1234", "100", "*31#", "(1)2"), word("0123456789abcdef+-.()*#", 20)),
  uriParameters,
);
const otherUri = joined(word(LETTERS, 6), ":", word(`${LETTERS}/:@?%#`, 20));

export const uri: fc.Arbitrary<string> = mostly(
  fc.oneof({ weight: 8, arbitrary: sipUri }, { weight: 2, arbitrary: telUri }, { weight: 1, arbitrary: otherUri }),
);
