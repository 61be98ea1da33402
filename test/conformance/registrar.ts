/** Registrar. */
import { notYet, pass, type Row } from "./row.ts";

export const registrarRows: readonly Row[] = [
  pass(
    "REG-01",
    "RFC 3261 §10.3",
    "REGISTER with Contact and Expires 60: 200 lists all bindings with expires; Contact ;expires beats the header",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-02",
    "RFC 3261 §10.3",
    "REGISTER without Contact: 200 lists, changes nothing",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-03",
    "RFC 3261 §10.3",
    "Contact: * with Expires: 0: all bindings of the AOR removed",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-04",
    "RFC 3261 §10.3",
    "Contact: * with Expires 60, or with another Contact: 400, nothing changed",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-05",
    "RFC 3261 §10.3",
    "Call-ID equal, CSeq not higher: 500 or 400, no change; a retransmission gets the old answer",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-07",
    "RFC 3261 §10.3",
    "expires below the minimum (not 0): 423 with Min-Expires; 0 always accepted",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-09",
    "RFC 3261 §10.3",
    "authenticated alice registers To: bob: 403",
    "integration/registration/register-with-digest.test.ts",
  ),
  pass(
    "REG-10",
    "RFC 3261 §10.3",
    "unknown AOR in own domain / foreign domain: 404 / 404 or 403 or forwarded; same look for unknown user before auth (no user enumeration)",
    "integration/registration/register-with-digest.test.ts",
  ),
  pass("REG-11", "RFC 3261 §10.3", "binding expires: 480", "unit/switch/registrar/registrar.test.ts"),
  pass(
    "REG-12",
    "RFC 3261 §10.3",
    "same Contact, other Call-ID (phone rebooted): replaces, not doubled",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  pass(
    "REG-13",
    "RFC 3261 §10.2.4",
    "two contacts q=1.0 and q=0.5: higher q first; equal q in parallel",
    "integration/registration/contacts-of-a-user.test.ts",
  ),
  notYet(
    "REG-14",
    "RFC 3327 §5",
    "Path: two values and Supported: path: Path echoed in 200; INVITE has them as Route in the same order",
    "Path is not built: it is not offered",
  ),
  notYet(
    "REG-16",
    "RFC 5626 §6",
    "+sip.instance, reg-id=1, Supported: outbound, first hop ob: 200 has Require: outbound; same instance and reg-id replaces the old flow",
    "outbound (RFC 5626) is not built: it is not offered",
  ),
  notYet(
    "REG-17",
    "RFC 5626 §6",
    "same instance, reg-id 1 and 2: one flow used, other on failure (430); never both in parallel",
    "outbound (RFC 5626) is not built",
  ),
  notYet(
    "REG-21",
    "RFC 5627 §5",
    "instance and Supported: gruu: pub-gruu and temp-gruu per contact; pub-gruu stable over re-register; new temp-gruu each time, old ones valid until the Call-ID changes",
    "GRUU is not built: it is not offered",
  ),
  notYet(
    "REG-22",
    "RFC 5627 §6",
    "request to a GRUU, also mid-dialog with own Record-Route: goes only to that instance's contact; unknown: 404, known but offline: 480",
    "GRUU is not built",
  ),
];
