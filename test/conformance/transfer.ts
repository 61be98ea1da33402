/** Transfers: REFER, Replaces, and offers of ours within a call. */
import { by, pass, type Row } from "./row.ts";

const BLIND = "unit/switch/transfer/blind.test.ts";
const REPLACES = "unit/switch/transfer/replaces.test.ts";

export const transferRows: readonly Row[] = [
  pass(
    "REF-01",
    "RFC 3515 §2.4",
    "REFER in a dialog to a valid target: 202, NOTIFY with sipfrag 100 at once, final status later, terminated",
    by(BLIND, "connects the caller with the target, and hangs up the callee who has asked for it"),
  ),
  pass("REF-02", "RFC 3515 §2.4.2", "REFER with no or two Refer-To: 400", by(BLIND, "refuses a REFER with %s")),
  pass(
    "REF-03",
    "RFC 3891 §3",
    "INVITE with Replaces matching a confirmed dialog: takes over, BYE to the old leg; no match 481; early-only on confirmed 486; two Replaces 400",
    by(
      REPLACES,
      "takes the place of another phone of the same user: the other side gets its offer, the old phone a BYE",
      "answers where %s",
    ),
  ),
  pass(
    "REF-04",
    "RFC 3515",
    "blind transfer, target busy: NOTIFY 486; the first call stays up",
    by(BLIND, "tells of a target that is busy, and lets both talk on"),
  ),
];
