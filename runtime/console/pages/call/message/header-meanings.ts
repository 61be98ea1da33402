/** What the standard headers are for, in a sentence of ours each, with the section that defines them. Pure. */
import type { Meaning } from "./meaning.ts";
import { longName } from "./sip-message.ts";

/** By name in lower case: the RFC with its section, and the sentence. */
const HEADERS: Readonly<Record<string, readonly [source: string, text: string]>> = {
  accept: ["3261 §20.1", "The kinds of body that the sender understands."],
  "accept-contact": ["3841 §9.2", "The kind of phone that the caller would like to reach."],
  "accept-encoding": ["3261 §20.2", "How bodies may be packed."],
  "accept-language": ["3261 §20.3", "The languages that the sender would like."],
  "alert-info": ["3261 §20.4", "How the phone may ring, or what the caller may hear instead of ringing."],
  allow: ["3261 §20.5", "The methods that the sender takes."],
  "allow-events": ["6665 §8.2.2", "The event packages that the sender can be asked about."],
  "answer-mode": ["5373 §4", "Whether the phone is to answer by itself."],
  "authentication-info": ["3261 §20.6", "Proof of the server that it knows the password as well."],
  authorization: ["3261 §20.7", "The credentials that a user agent had asked for; the switch shows them masked."],
  "call-id": [
    "3261 §20.8",
    "Names the call on this leg: the same in all messages of its dialog. Each leg has its own.",
  ],
  "call-info": ["3261 §20.9", "More about the caller or the called: a picture, a card, a web page."],
  contact: ["3261 §20.10", "Where the next requests of this dialog are to be sent."],
  "content-disposition": ["3261 §20.11", "What the body is to be used for."],
  "content-encoding": ["3261 §20.12", "How the body is packed."],
  "content-language": ["3261 §20.13", "The language of the body."],
  "content-length": ["3261 §20.14", "The size of the body in octets."],
  "content-type": ["3261 §20.15", "What kind of body this is."],
  cseq: [
    "3261 §20.16",
    "Counts the requests of the sender in this dialog, and names the method; an answer repeats it.",
  ],
  date: ["3261 §20.17", "When the message was first sent, by the sender's clock."],
  diversion: ["5806 §4", "Who has sent the call on, and why. Older than History-Info."],
  "error-info": ["3261 §20.18", "Where more about the failure can be found."],
  event: ["6665 §8.2.1", "The event package that this subscription or notification is about."],
  expires: ["3261 §20.19", "After how many seconds the message, or what it asks for, is void."],
  "feature-caps": ["6809 §6", "What a server on the way can do."],
  "flow-timer": ["5626 §10", "How often the phone must show that its connection lives, in seconds."],
  from: ["3261 §20.20", "Who has begun this dialog, as they say themselves. The tag belongs to the dialog's name."],
  geolocation: ["6442 §4.1", "Where the caller is, as for an emergency call."],
  "history-info": ["7044 §5", "The destinations that the call has been sent to before."],
  identity: ["8224 §4", "A signature over who calls whom."],
  "in-reply-to": ["3261 §20.21", "The calls that this one returns."],
  "info-package": ["6086 §7.2", "What kind of information the INFO carries."],
  join: ["3911 §7.1", "The call that this one is to join."],
  "max-breadth": ["5393 §5.3", "How many branches this request may still be forked into."],
  "max-forwards": ["3261 §20.22", "How many hops are left; each takes one away."],
  "mime-version": ["3261 §20.24", "The version of MIME that the body follows."],
  "min-expires": ["3261 §20.23", "The shortest expiry that is taken here, in seconds."],
  "min-se": ["4028 §5", "The shortest session timer that is allowed, in seconds."],
  organization: ["3261 §20.25", "To whom the sender belongs."],
  "p-access-network-info": ["7315 §4.4", "By what kind of network the phone is connected."],
  "p-asserted-identity": ["3325 §9.1", "Who the caller is, as a trusted network has made sure."],
  "p-early-media": ["5009 §8", "Whether early media is allowed."],
  "p-preferred-identity": ["3325 §9.2", "Which of its identities the caller would like to show."],
  path: ["3327 §4", "The proxies by which the phone that registers wants to be reached."],
  priority: ["3261 §20.26", "How urgent the caller takes the call to be."],
  privacy: ["3323 §4.2", "What of the caller is to be kept from the called."],
  "proxy-authenticate": ["3261 §20.27", "The challenge of a proxy: what to prove the password with."],
  "proxy-authorization": ["3261 §20.28", "The credentials that a proxy had asked for; the switch shows them masked."],
  "proxy-require": ["3261 §20.29", "Extensions that proxies on the way must know."],
  rack: ["3262 §7.2", "Which reliable provisional answer is confirmed: its number and the CSeq."],
  reason: ["3326 §2", "Why the call is ended or refused: a protocol, a cause and a text."],
  "record-route": ["3261 §20.30", "Written by a proxy that wants to see the rest of the dialog as well."],
  "recv-info": ["6086 §7.3", "The kinds of INFO that the sender takes."],
  "refer-sub": ["4488 §4", "Whether the transfer is to be reported on."],
  "refer-to": ["3515 §2.1", "Whom to call, in a transfer."],
  "referred-by": ["3892 §3", "Who has asked for the transfer."],
  "reject-contact": ["3841 §9.3", "The kind of phone that the caller would not like to reach."],
  replaces: ["3891 §6.1", "The call whose place this one takes: an attended transfer, or a pick-up."],
  "reply-to": ["3261 §20.31", "Where to call back."],
  "request-disposition": ["3841 §9.1", "How proxies are to treat the request: fork it or not, queue it or not."],
  require: ["3261 §20.32", "Extensions that the other side must know, or refuse with 420."],
  "resource-priority": ["4412 §3.1", "The priority of the call in networks that have such classes."],
  "retry-after": ["3261 §20.33", "When to try again, in seconds."],
  route: ["3261 §20.34", "The proxies that the request is to pass, in order."],
  rseq: ["3262 §7.1", "Counts provisional answers that are sent reliably; PRACK confirms it."],
  "security-client": ["3329 §2.2", "The kinds of security that the phone can do."],
  "security-server": ["3329 §2.2", "The kinds of security that the server can do."],
  "security-verify": ["3329 §2.2", "What the server had offered, repeated under its protection."],
  server: ["3261 §20.35", "The software that has answered."],
  "service-route": ["3608 §6", "The route that the phone is to use for its calls."],
  "session-expires": [
    "4028 §4",
    "The call ends unless it is refreshed within this time (seconds), and who refreshes it.",
  ],
  "session-id": ["7989 §5", "Names the call from end to end, through all who pass it on."],
  "sip-etag": ["3903 §11.3.1", "Names the published state, for its next change."],
  "sip-if-match": ["3903 §11.3.2", "Which published state this one takes the place of."],
  subject: ["3261 §20.36", "What the call is about."],
  "subscription-state": ["6665 §8.2.3", "How the subscription is, and for how long."],
  supported: ["3261 §20.37", "Extensions that the sender knows, by their option tags."],
  "target-dialog": ["4538 §7", "A dialog that both sides know, which shows that the sender may ask."],
  timestamp: ["3261 §20.38", "When it was sent, by the sender's own count; the answer repeats it."],
  to: ["3261 §20.39", "Who is called. The tag is put there by who answers: each early dialog has one of its own."],
  unsupported: ["3261 §20.40", "The required extensions that are not known here."],
  "user-agent": ["3261 §20.41", "The software that has sent the request."],
  "user-to-user": ["7433 §4", "Data of one application for the other: call centres use it."],
  via: ["3261 §20.42", "The way that the answer goes back. The branch names the transaction."],
  warning: ["3261 §20.43", "More about what was wrong, in words."],
  "www-authenticate": ["3261 §20.44", "The challenge of a user agent: what to prove the password with."],
};

/** `undefined`: it is in none of the RFCs of the table. */
export function meaningOfHeader(name: string): Meaning | undefined {
  const found = Object.hasOwn(HEADERS, longName(name)) ? HEADERS[longName(name)] : undefined;
  return found === undefined ? undefined : { text: found[1], source: `RFC ${found[0]}` };
}

/** `Via` for `v`; as it was written where that is no short form. */
export function titleOfHeader(name: string): string {
  const long = longName(name);
  if (long === name.toLowerCase()) return name;
  if (long === "call-id") return "Call-ID";
  return long.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}
