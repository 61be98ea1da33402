/** Messages by the grammar of RFC 3261 §25, with something odd in them here and there. */
import fc from "fast-check";
import { joined, listed, maybe, mostly, word } from "./odd.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const TOKEN_CHARACTERS = `${LETTERS}ABCXYZ0123456789-.!%*_+\`'~`;

export const token = word(TOKEN_CHARACTERS, 10);
const spaces = fc.oneof({ weight: 6, arbitrary: fc.constant("") }, { weight: 1, arbitrary: fc.constantFrom(" ", "\t", "\r\n ") });
const number = fc.oneof(
  fc.nat(100).map(String),
  fc.nat().map(String),
  fc.constantFrom("0", "65535", "65536", "2147483647", "2147483648", "4294967295", "4294967296", "1".repeat(20)),
);
const quoted = mostly(
  listed(fc.oneof(word(`${LETTERS} ,;<>@`, 6, 0), fc.constantFrom('\\"', "\\\\", "\\\0", "\xc3\xa9")), "", 3).map((text) => `"${text}"`),
);
const host = mostly(
  fc.oneof(
    fc.constantFrom("example.com", "192.0.2.1", "192.0.2.1", "a.b.c", "h", "A.EXAMPLE.", "under_score"),
    fc.constantFrom("[2001:db8::1]", "[::]", "[::ffff:192.0.2.2]", "[2001:db8:::192.0.2.1]", "[1:2:3:4:5:6:7:8]", "[:::]", "[1::2::3]"),
    word("0123456789abcdef:.", 20).map((text) => `[${text}]`),
    word(`${LETTERS}0123456789.-`, 20),
  ),
);
const port = fc.oneof({ weight: 3, arbitrary: fc.constant("") }, { weight: 1, arbitrary: number.map((port) => `:${port}`) });
const user = mostly(
  fc.oneof(
    fc.constantFrom("alice", "100", "+15551234", "bob", "user;par=u%40example.net", "a%20b", "%00", "#31#100", "*43", "1-2.3(4)"),
    word(`${LETTERS}0123456789-_.!~*'()&=+$,;?/%`, 16),
  ),
);
const uriParameter = fc.oneof(
  fc.constantFrom("lr", "transport=tcp", "transport=UDP", "user=phone", "maddr=192.0.2.9", "ttl=15", "method=INVITE", "ob", "gr", "gr=x"),
  joined(token, maybe(joined("=", token))),
);
const uriParameters = listed(uriParameter.map((parameter) => `;${parameter}`), "", 4);
const uriHeaders = fc.oneof(
  { weight: 8, arbitrary: fc.constant("") },
  { weight: 1, arbitrary: listed(joined(token, "=", token), "&", 3, 1).map((headers) => `?${headers}`) },
  { weight: 1, arbitrary: fc.constant("?Replaces=a%40b%3Bto-tag%3D1%3Bfrom-tag%3D2") },
);
const sipUri = joined(
  fc.constantFrom("sip:", "sip:", "sip:", "sips:", "SIP:"),
  fc.oneof({ weight: 4, arbitrary: joined(user, maybe(joined(":", token)), "@") }, { weight: 1, arbitrary: fc.constant("") }),
  host,
  port,
  uriParameters,
  uriHeaders,
);
const telUri = joined("tel:", fc.oneof(fc.constantFrom("+1-555-1234", "100", "*31#", "(1)2"), word("0123456789abcdef+-.()*#", 20)), uriParameters);
const otherUri = joined(word(LETTERS, 6), ":", word(`${LETTERS}/:@?%#`, 20));

export const uri: fc.Arbitrary<string> = mostly(
  fc.oneof({ weight: 8, arbitrary: sipUri }, { weight: 2, arbitrary: telUri }, { weight: 1, arbitrary: otherUri }),
);

const parameterValue = fc.oneof(token, quoted, host, number);
const parameter = joined(spaces, ";", spaces, token, spaces, maybe(joined("=", spaces, parameterValue)));
const parameters = mostly(listed(parameter, "", 3));
const tag = fc.oneof({ weight: 6, arbitrary: joined(";tag=", token) }, { weight: 1, arbitrary: fc.constant("") });
const displayName = fc.oneof(fc.constant(""), quoted, joined(token, " ", token, " "));

export const nameAddress: fc.Arbitrary<string> = mostly(
  fc.oneof(
    { weight: 4, arbitrary: joined(displayName, spaces, "<", uri, ">", parameters) },
    { weight: 1, arbitrary: joined(uri, parameters) },
  ),
);

export const via: fc.Arbitrary<string> = mostly(
  joined(
    fc.constantFrom("SIP/2.0/UDP ", "SIP/2.0/TCP ", "SIP / 2.0 / WSS ", "SIP/2.0/XX "),
    host,
    port,
    fc.oneof({ weight: 5, arbitrary: joined(";branch=z9hG4bK", token) }, { weight: 1, arbitrary: joined(";branch=", token) }),
    listed(fc.constantFrom(";rport", ";rport=5060", ";rport=x", ";received=192.0.2.3", ";received=[::1]", ";received", ";ttl=1", ";alias"), "", 2),
    parameters,
  ),
);

const authParameter = fc.oneof(
  fc.constantFrom('username="alice"', 'realm="strowger"', 'nonce="abc"', 'uri="sip:example.com"', 'response="0123"', "algorithm=MD5"),
  fc.constantFrom("algorithm=SHA-256-sess", "qop=auth", 'qop="auth,auth-int"', "nc=00000001", 'cnonce="x"', 'opaque=""', "stale=TRUE"),
  joined(token, spaces, "=", spaces, fc.oneof(token, quoted)),
);

export const auth: fc.Arbitrary<string> = mostly(
  joined(fc.constantFrom("Digest ", "digest  ", "Basic ", "Bearer "), listed(authParameter, ", ", 8)),
);

const replaces = joined(token, "@", host, ";to-tag=", token, ";from-tag=", token, maybe(fc.constant(";early-only")), parameters);
const event = joined(fc.constantFrom("presence", "dialog", "message-summary", "reg", "refer", "x"), maybe(joined(";id=", token)), parameters);

/** Values by the name of their header. */
const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Via: via,
  From: joined(nameAddress, tag),
  To: joined(nameAddress, tag),
  Contact: fc.oneof(fc.constant("*"), listed(joined(nameAddress, maybe(fc.constantFrom(";expires=60", ";q=0.5", ";reg-id=1"))), ",", 3, 1)),
  Route: listed(nameAddress, ",", 3, 1),
  "Record-Route": listed(nameAddress, ",", 3, 1),
  Path: listed(nameAddress, ",", 2, 1),
  "Call-ID": joined(token, maybe(joined("@", host))),
  CSeq: joined(number, " ", token),
  "Max-Forwards": number,
  "Content-Length": number,
  "Content-Type": fc.constantFrom("application/sdp", "text/plain", "application/pidf+xml", "multipart/mixed;boundary=b", "a/b;c"),
  Expires: number,
  "Min-SE": number,
  "Session-Expires": joined(number, fc.constantFrom("", ";refresher=uac", ";refresher=uas", ";refresher=x")),
  Supported: listed(fc.oneof(fc.constantFrom("100rel", "timer", "replaces", "outbound", "gruu", "path", "norefersub"), token), ",", 4),
  Require: listed(fc.oneof(fc.constantFrom("100rel", "timer", "replaces", "outbound"), token), ",", 3),
  "Proxy-Require": token,
  Allow: listed(fc.constantFrom("INVITE", "ACK", "BYE", "UPDATE", "PRACK"), ", ", 5),
  "Allow-Events": listed(event, ",", 3),
  Accept: fc.constantFrom("application/sdp", "*/*", "application/*;q=0", ""),
  Event: event,
  "Subscription-State": joined(fc.constantFrom("active", "pending", "terminated"), parameters),
  Authorization: auth,
  "Proxy-Authorization": auth,
  "WWW-Authenticate": auth,
  "Proxy-Authenticate": auth,
  Replaces: mostly(replaces),
  Join: mostly(replaces),
  "Target-Dialog": mostly(replaces),
  "Refer-To": nameAddress,
  "Referred-By": nameAddress,
  "Refer-Sub": fc.constantFrom("false", "true", "x"),
  RAck: joined(number, " ", number, " ", token),
  RSeq: number,
  Reason: joined(fc.constantFrom("SIP", "Q.850"), ";cause=", number, ";text=", quoted),
  "Retry-After": joined(number, maybe(fc.constantFrom(" (soon)", ";duration=9"))),
  Privacy: listed(fc.constantFrom("id", "header", "none", "critical"), ";", 3, 1),
  "P-Asserted-Identity": listed(nameAddress, ",", 2, 1),
  "P-Preferred-Identity": nameAddress,
  "Remote-Party-ID": nameAddress,
  Diversion: nameAddress,
  "History-Info": listed(joined(nameAddress, ";index=1"), ",", 2, 1),
  "SIP-If-Match": token,
  "SIP-ETag": token,
  "Flow-Timer": number,
  "Max-Breadth": number,
  "Identity": quoted,
  Subject: token,
  Timestamp: number,
  Date: fc.constantFrom("Sat, 13 Nov 2010 23:29:00 GMT", "x"),
  "X-Own": token,
};

const COMPACT: Readonly<Record<string, string>> = { Via: "v", From: "f", To: "t", "Call-ID": "i", "Content-Length": "l", Contact: "m", Supported: "k", Event: "o", "Refer-To": "r" };

export const headerNames: readonly string[] = Object.keys(values);

/** The value of a header, and its name. */
export const headerField: fc.Arbitrary<readonly [name: string, value: string]> = fc.oneof(
  ...Object.entries(values).map(([name, value]) => value.map((text) => [name, text] as const)),
);

function line(name: string, value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const spelt = COMPACT[name] === undefined ? fc.constant(name) : fc.constantFrom(name, name, name.toUpperCase(), COMPACT[name]);
  return joined(mostly(spelt, 80), fc.constantFrom(":", ": ", ": ", ": ", " : "), value, "\r\n");
}

const anyLine = fc.oneof(...Object.entries(values).map(([name, value]) => line(name, value)));
const METHODS = ["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "MESSAGE", "UPDATE"];
export const method = mostly(fc.oneof({ weight: 20, arbitrary: fc.constantFrom(...METHODS) }, { weight: 1, arbitrary: token }));
const lineEnd = fc.oneof({ weight: 60, arbitrary: fc.constant("\r\n") }, { weight: 1, arbitrary: fc.constantFrom("\n", "\r", "") });

/** A message whose body is one of these. */
export function message(body: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const essentials = (method: string): fc.Arbitrary<string> =>
    joined(
      line("Via", via),
      maybe(line("Via", via)),
      line("From", joined(nameAddress, tag)),
      line("To", joined(nameAddress, tag)),
      line("Call-ID", values["Call-ID"] ?? token),
      line("CSeq", joined(number, ` ${method}`)),
      maybe(line("Max-Forwards", number)),
    );
  const request = method.chain((name) => joined(name, " ", uri, fc.constantFrom(" SIP/2.0", " SIP/2.0", " sip/2.0", " SIP/3.0", ""), lineEnd, essentials(name)));
  const status = fc.oneof(fc.constantFrom("100 Trying", "180 Ringing", "200 OK", "401 Unauthorized", "486 ", "302"), joined(number, " ", token));
  const response = joined("SIP/2.0 ", status, lineEnd, method.chain(essentials));
  const head = joined(fc.oneof({ weight: 3, arbitrary: request }, { weight: 1, arbitrary: response }), listed(anyLine, "", 6));
  return fc.tuple(head, body, fc.nat(9)).map(([text, content, form]) => {
    const length = form === 0 ? content.length + 1 : content.length;
    return form === 1 ? `${text}\r\n${content}` : `${text}Content-Length: ${length}\r\n\r\n${content}`;
  });
}
