/** Registrar. */
import { by, pass, type Row } from "./row.ts";

export const registrarRows: readonly Row[] = [
  pass(
    "REG-01",
    "RFC 3261 §10.3",
    "REGISTER with Contact and Expires 60: 200 lists all bindings with expires; Contact ;expires beats the header",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "are listed with what is left of their time; expires of a Contact beats the header",
    ),
  ),
  pass(
    "REG-02",
    "RFC 3261 §10.3",
    "REGISTER without Contact: 200 lists, changes nothing",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "stay as they are after a REGISTER without Contact, which lists them",
    ),
  ),
  pass(
    "REG-03",
    "RFC 3261 §10.3",
    "Contact: * with Expires: 0: all bindings of the AOR removed",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "are all removed by Contact: * with Expires: 0, and a call then gets 480",
    ),
  ),
  pass(
    "REG-04",
    "RFC 3261 §10.3",
    "Contact: * with Expires 60, or with another Contact: 400, nothing changed",
    by("integration/registration/contacts-of-a-user.test.ts", "are not touched by %s: 400"),
  ),
  pass(
    "REG-05",
    "RFC 3261 §10.3",
    "Call-ID equal, CSeq not higher: 500 or 400, no change; a retransmission gets the old answer",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "are not changed by a CSeq that is not higher in the same Call-ID",
    ),
  ),
  pass(
    "REG-07",
    "RFC 3261 §10.3",
    "expires below the minimum (not 0): 423 with Min-Expires; 0 always accepted",
    by("integration/registration/contacts-of-a-user.test.ts", "are refused for too short a time: 423 with Min-Expires"),
  ),
  pass(
    "REG-09",
    "RFC 3261 §10.3",
    "authenticated alice registers To: bob: 403",
    by("integration/registration/register-with-digest.test.ts", "does not let alice register for bob"),
  ),
  pass(
    "REG-10",
    "RFC 3261 §10.3",
    "unknown AOR in own domain / foreign domain: 404 / 404 or 403 or forwarded; same look for unknown user before auth (no user enumeration)",
    by(
      "integration/registration/register-with-digest.test.ts",
      "looks the same for a user who does not exist",
      "is refused for a domain that is not ours",
    ),
  ),
  pass(
    "REG-11",
    "RFC 3261 §10.3",
    "binding expires: 480",
    by("unit/switch/registrar/registrar.test.ts", "gives nothing that has run out, from the very moment"),
  ),
  pass(
    "REG-12",
    "RFC 3261 §10.3",
    "same Contact, other Call-ID (phone rebooted): replaces, not doubled",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "are replaced, not doubled, when a phone comes back with another Call-ID",
    ),
  ),
  pass(
    "REG-13",
    "RFC 3261 §10.2.4",
    "two contacts q=1.0 and q=0.5: higher q first; equal q in parallel",
    by(
      "integration/registration/contacts-of-a-user.test.ts",
      "with equal q ring together",
      "with a higher q ring first, the lower ones after a refusal",
    ),
  ),
  pass(
    "REG-14",
    "RFC 3327 §5",
    "Path: two values and Supported: path: Path echoed in 200; INVITE has them as Route in the same order",
    by(
      "integration/registration/ways-to-a-phone.test.ts",
      "is called by the Path it has registered with, which the API shows",
    ),
  ),
  pass(
    "REG-16",
    "RFC 5626 §6",
    "+sip.instance, reg-id=1, Supported: outbound, first hop ob: 200 has Require: outbound; same instance and reg-id replaces the old flow",
    by(
      "unit/switch/registrar/outbound.test.ts",
      "is told that they are several, and how often to send something",
      "has both, though they have the same URI; the same number again replaces the old flow",
    ),
  ),
  pass(
    "REG-17",
    "RFC 5626 §6",
    "same instance, reg-id 1 and 2: one flow used, other on failure (430); never both in parallel",
    by(
      "unit/switch/registrar/calling-flows.test.ts",
      "takes one, and never both",
      "takes the other where the first has failed (430), which is registered no more",
      "takes the other where the first is silent, and says 480 where all are",
    ),
  ),
  pass(
    "REG-21",
    "RFC 5627 §5",
    "instance and Supported: gruu: pub-gruu and temp-gruu per contact; pub-gruu stable over re-register; new temp-gruu each time, old ones valid until the Call-ID changes",
    by(
      "unit/switch/registrar/gruu.test.ts",
      "gets a public one that stays the same, and a new temporary one each time",
      "keeps its temporary ones until its Call-ID changes",
    ),
  ),
  pass(
    "REG-22",
    "RFC 5627 §6",
    "request to a GRUU, also mid-dialog with own Record-Route: goes only to that instance's contact; unknown: 404, known but offline: 480",
    by(
      "unit/switch/registrar/calling-flows.test.ts",
      "(%s) rings that device alone, whomever the script calls",
      "is refused with 404 where it is none of ours, and with 480 where the device is away",
      "is followed when the phone moves while it talks",
    ),
  ),
];
