/** Subscriptions, message waiting and publications. */
import { by, pass, type Row } from "./row.ts";

export const subscriptionRows: readonly Row[] = [
  pass(
    "SUB-01",
    "RFC 6665 §4.2",
    "SUBSCRIBE accepted: 200 with Expires <= asked, then NOTIFY at once with Subscription-State active;expires",
    by(
      "unit/switch/presence/subscribing.test.ts",
      "is answered 200 with Expires, To tag and Contact, and the state follows at once in the same dialog",
    ),
  ),
  pass(
    "SUB-02",
    "RFC 6665 §4.2.1",
    "unknown Event: 489 with Allow-Events; missing Event: 489 or 400",
    by("unit/switch/presence/subscribing.test.ts", "to an event that nobody knows", "without an Event"),
  ),
  pass(
    "SUB-03",
    "RFC 6665 §4.2",
    "Expires 0 without subscription: 200 and one NOTIFY terminated;reason=timeout",
    by(
      "unit/switch/presence/subscribing.test.ts",
      "for 0 seconds asks for the state once, and leaves nothing behind (RFC 6665 §4.4.3)",
    ),
  ),
  pass(
    "SUB-04",
    "RFC 6665 §4.2.1.4",
    "refresh in dialog: same dialog, NOTIFY with full state",
    by("unit/switch/presence/refreshing.test.ts", "gives more time and the whole state again, in the same dialog"),
  ),
  pass(
    "SUB-05",
    "RFC 6665 §4.2.2",
    "NOTIFY gets 481 or no answer: subscription removed",
    by(
      "unit/switch/presence/notifying.test.ts",
      "where a NOTIFY is answered %d",
      "where a NOTIFY has no answer within 64·T1, and says so to a refresh",
    ),
  ),
  pass(
    "SUB-09",
    "RFC 6665 §4.4.1",
    "subscription expires: NOTIFY terminated;reason=timeout",
    by("unit/switch/presence/refreshing.test.ts", "comes with time, and is told"),
  ),
  pass(
    "MWI-01",
    "RFC 3842 §5",
    "new voice message left: NOTIFY application/simple-message-summary, Messages-Waiting: yes, Voice-Message: new/old",
    by("unit/switch/presence/notifying.test.ts", "is told of a new message, and that there is none any more"),
  ),
  pass(
    "MWI-02",
    "RFC 3842 §3",
    "last message heard and deleted: Messages-Waiting: no, counts 0/0",
    by("unit/switch/presence/notifying.test.ts", "is told of a new message, and that there is none any more"),
  ),
  pass(
    "PUB-01",
    "RFC 3903 §6",
    "initial PUBLISH: 200 with SIP-ETag and Expires",
    by("unit/switch/presence/presence.test.ts", "is answered with an entity-tag and the time it is kept"),
  ),
  pass(
    "PUB-02",
    "RFC 3903 §6",
    "SIP-If-Match unknown: 412",
    by("unit/switch/presence/presence.test.ts", "an entity-tag that is not known"),
  ),
  pass(
    "PUB-03",
    "RFC 3903 §6",
    "refresh without body: new SIP-ETag, state unchanged",
    by(
      "unit/switch/presence/presence.test.ts",
      "without a body keeps it alive under a new entity-tag, and tells nobody",
    ),
  ),
];
