/** Digest. */
import { pass, type Row } from "./row.ts";

export const digestRows: readonly Row[] = [
  pass(
    "AUTH-01",
    "RFC 3261 §22.1",
    "no credentials: 401 (UAS, registrar) or 407 (proxy) with nonce, realm, qop, algorithm",
    "integration/registration/register-with-digest.test.ts",
  ),
  pass(
    "AUTH-02",
    "RFC 7616 §3.4",
    "vectors in the published vectors: same response values",
    "unit/sip/auth/digest.test.ts",
  ),
  pass(
    "AUTH-03",
    "RFC 8760 §2",
    "SHA-256 and MD5 both offered: one header each, SHA-256 first; answer to either accepted",
    "integration/registration/register-with-digest.test.ts",
  ),
  pass(
    "AUTH-04",
    "RFC 7616 §3.4.3",
    "nc reused or lower: challenged; not accepted",
    "integration/registration/register-with-digest.test.ts",
  ),
  pass("AUTH-05", "RFC 7616 §3.3", "right response, nonce too old: 401 stale=true", "unit/sip/auth/verify.test.ts"),
  pass("AUTH-06", "RFC 3261 §22.1", "ACK and CANCEL: never challenged", "integration/call/caller-cancels.test.ts"),
  pass(
    "AUTH-07",
    "RFC 3261 §22.2",
    "401/407 from a trunk with several challenges: CSeq+1, same Call-ID and From tag, the strongest supported; one retry per nonce; wrong password does not loop",
    "unit/switch/trunks/calls/challenges.test.ts",
  ),
];
