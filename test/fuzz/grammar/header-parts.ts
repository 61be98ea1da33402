/** What headers are made of: addresses, Via, credentials, names of dialogs and events. */
import fc from "fast-check";
import { joined, listed, maybe, mostly } from "./odd.ts";
import { host, number, port, quoted, spaces, token, uri } from "./uri.ts";

const parameterValue = fc.oneof(token, quoted, host, number);
const parameter = joined(spaces, ";", spaces, token, spaces, maybe(joined("=", spaces, parameterValue)));
export const parameters = mostly(listed(parameter, "", 3));
export const tag = fc.oneof(
  { weight: 6, arbitrary: joined(";tag=", token) },
  { weight: 1, arbitrary: fc.constant("") },
);
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
    fc.oneof(
      { weight: 5, arbitrary: joined(";branch=z9hG4bK", token) },
      { weight: 1, arbitrary: joined(";branch=", token) },
    ),
    listed(
      fc.constantFrom(
        ";rport",
        ";rport=5060",
        ";rport=x",
        ";received=192.0.2.3",
        ";received=[::1]",
        ";received",
        ";ttl=1",
        ";alias",
      ),
      "",
      2,
    ),
    parameters,
  ),
);

const authParameter = fc.oneof(
  fc.constantFrom(
    'username="alice"',
    'realm="strowger"',
    'nonce="abc"',
    'uri="sip:example.com"',
    'response="0123"',
    "algorithm=MD5",
  ),
  fc.constantFrom(
    "algorithm=SHA-256-sess",
    "qop=auth",
    'qop="auth,auth-int"',
    "nc=00000001",
    'cnonce="x"',
    'opaque=""',
    "stale=TRUE",
  ),
  joined(token, spaces, "=", spaces, fc.oneof(token, quoted)),
);

export const auth: fc.Arbitrary<string> = mostly(
  joined(fc.constantFrom("Digest ", "digest  ", "Basic ", "Bearer "), listed(authParameter, ", ", 8)),
);

export const replaces = joined(
  token,
  "@",
  host,
  ";to-tag=",
  token,
  ";from-tag=",
  token,
  maybe(fc.constant(";early-only")),
  parameters,
);
export const event = joined(
  fc.constantFrom("presence", "dialog", "message-summary", "reg", "refer", "x"),
  maybe(joined(";id=", token)),
  parameters,
);
