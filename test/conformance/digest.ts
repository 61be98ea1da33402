/** Digest. */
import { by, pass, type Row } from "./row.ts";

export const digestRows: readonly Row[] = [
  pass(
    "AUTH-01",
    "RFC 3261 §22.1",
    "no credentials: 401 (UAS, registrar) or 407 (proxy) with nonce, realm, qop, algorithm",
    by(
      "integration/registration/register-with-digest.test.ts",
      "is challenged for SHA-256 first, then MD5, in the realm of the domain",
    ),
  ),
  pass(
    "AUTH-02",
    "RFC 7616 §3.4",
    "vectors in the published vectors: same response values",
    by("unit/sip/auth/digest.test.ts", "computes the response of $id", "computes the example of RFC 2617 §3.5"),
  ),
  pass(
    "AUTH-03",
    "RFC 8760 §2",
    "SHA-256 and MD5 both offered: one header each, SHA-256 first; answer to either accepted",
    by(
      "integration/registration/register-with-digest.test.ts",
      "is challenged for SHA-256 first, then MD5, in the realm of the domain",
      "accepts the answer to %s and shows the phone as registered",
    ),
  ),
  pass(
    "AUTH-04",
    "RFC 7616 §3.4.3",
    "nc reused or lower: challenged; not accepted",
    by(
      "integration/registration/register-with-digest.test.ts",
      "challenges again when a nonce comes with a count it has had",
    ),
  ),
  pass(
    "AUTH-05",
    "RFC 7616 §3.3",
    "right response, nonce too old: 401 stale=true",
    by("unit/sip/auth/verify.test.ts", "are good for five minutes, and then stale"),
  ),
  pass(
    "AUTH-06",
    "RFC 3261 §22.1",
    "ACK and CANCEL: never challenged",
    by(
      "integration/call/caller-cancels.test.ts",
      "gets 200 for the CANCEL and 487 for the INVITE, and the callee stops ringing",
    ),
  ),
  pass(
    "AUTH-07",
    "RFC 3261 §22.2",
    "401/407 from a trunk with several challenges: CSeq+1, same Call-ID and From tag, the strongest supported; one retry per nonce; wrong password does not loop",
    by(
      "unit/switch/trunks/calls/challenges.test.ts",
      "gets the INVITE again with them: CSeq one higher, the same Call-ID and From tag",
      "that offers SHA-256 and MD5 gets SHA-256, whatever stands first, and nothing for what nobody knows",
      "that asks once more since the nonce has run out gets one more try, and no more than that",
    ),
  ),
];
