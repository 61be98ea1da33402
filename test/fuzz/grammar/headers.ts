/** The headers that the switch knows, each with its values. */
import fc from "fast-check";
import { auth, event, nameAddress, parameters, replaces, tag, via } from "./header-parts.ts";
import { joined, listed, maybe, mostly } from "./odd.ts";
import { host, number, quoted, token } from "./uri.ts";

/** Values by the name of their header. */
export const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
  Via: via,
  From: joined(nameAddress, tag),
  To: joined(nameAddress, tag),
  Contact: fc.oneof(
    fc.constant("*"),
    listed(joined(nameAddress, maybe(fc.constantFrom(";expires=60", ";q=0.5", ";reg-id=1"))), ",", 3, 1),
  ),
  Route: listed(nameAddress, ",", 3, 1),
  "Record-Route": listed(nameAddress, ",", 3, 1),
  Path: listed(nameAddress, ",", 2, 1),
  "Call-ID": joined(token, maybe(joined("@", host))),
  CSeq: joined(number, " ", token),
  "Max-Forwards": number,
  "Content-Length": number,
  "Content-Type": fc.constantFrom(
    "application/sdp",
    "text/plain",
    "application/pidf+xml",
    "multipart/mixed;boundary=b",
    "a/b;c",
  ),
  Expires: number,
  "Min-SE": number,
  "Session-Expires": joined(number, fc.constantFrom("", ";refresher=uac", ";refresher=uas", ";refresher=x")),
  Supported: listed(
    fc.oneof(fc.constantFrom("100rel", "timer", "replaces", "outbound", "gruu", "path", "norefersub"), token),
    ",",
    4,
  ),
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
  Identity: quoted,
  Subject: token,
  Timestamp: number,
  Date: fc.constantFrom("Sat, 13 Nov 2010 23:29:00 GMT", "x"),
  "X-Own": token,
};

export const COMPACT: Readonly<Record<string, string>> = {
  Via: "v",
  From: "f",
  To: "t",
  "Call-ID": "i",
  "Content-Length": "l",
  Contact: "m",
  Supported: "k",
  Event: "o",
  "Refer-To": "r",
};

export const headerNames: readonly string[] = Object.keys(values);

/** The value of a header, and its name. */
export const headerField: fc.Arbitrary<readonly [name: string, value: string]> = fc.oneof(
  ...Object.entries(values).map(([name, value]) => value.map((text) => [name, text] as const)),
);
