/** Subscriptions, message waiting and publications. */
import { pass, type Row } from "./row.ts";

export const subscriptionRows: readonly Row[] = [
  pass(
    "SUB-01",
    "RFC 6665 §4.2",
    "SUBSCRIBE accepted: 200 with Expires <= asked, then NOTIFY at once with Subscription-State active;expires",
    "unit/switch/presence/subscribing.test.ts",
  ),
  pass(
    "SUB-02",
    "RFC 6665 §4.2.1",
    "unknown Event: 489 with Allow-Events; missing Event: 489 or 400",
    "unit/switch/presence/subscribing.test.ts",
  ),
  pass(
    "SUB-03",
    "RFC 6665 §4.2",
    "Expires 0 without subscription: 200 and one NOTIFY terminated;reason=timeout",
    "unit/switch/presence/subscribing.test.ts",
  ),
  pass(
    "SUB-04",
    "RFC 6665 §4.2.1.4",
    "refresh in dialog: same dialog, NOTIFY with full state",
    "unit/switch/presence/refreshing.test.ts",
  ),
  pass(
    "SUB-05",
    "RFC 6665 §4.2.2",
    "NOTIFY gets 481 or no answer: subscription removed",
    "unit/switch/presence/notifying.test.ts",
  ),
  pass(
    "SUB-09",
    "RFC 6665 §4.4.1",
    "subscription expires: NOTIFY terminated;reason=timeout",
    "unit/switch/presence/refreshing.test.ts",
  ),
  pass(
    "MWI-01",
    "RFC 3842 §5",
    "new voice message left: NOTIFY application/simple-message-summary, Messages-Waiting: yes, Voice-Message: new/old",
    "unit/switch/presence/notifying.test.ts",
  ),
  pass(
    "MWI-02",
    "RFC 3842 §3",
    "last message heard and deleted: Messages-Waiting: no, counts 0/0",
    "unit/switch/presence/notifying.test.ts",
  ),
  pass(
    "PUB-01",
    "RFC 3903 §6",
    "initial PUBLISH: 200 with SIP-ETag and Expires",
    "unit/switch/presence/presence.test.ts",
  ),
  pass("PUB-02", "RFC 3903 §6", "SIP-If-Match unknown: 412", "unit/switch/presence/presence.test.ts"),
  pass(
    "PUB-03",
    "RFC 3903 §6",
    "refresh without body: new SIP-ETag, state unchanged",
    "unit/switch/presence/presence.test.ts",
  ),
];
