/** What a request asks for, and what an answer says, in a sentence of ours each. Pure. */
import type { Meaning } from "./meaning.ts";
import type { StartLine } from "./sip-message.ts";

const METHODS: Readonly<Record<string, Meaning>> = {
  INVITE: { text: "Asks for a call; in a call that is up, to change it.", source: "RFC 3261 §13" },
  ACK: {
    text: "Confirms that the final answer to an INVITE has come. It is never answered.",
    source: "RFC 3261 §17.1.1.3",
  },
  BYE: { text: "Ends an answered call.", source: "RFC 3261 §15" },
  CANCEL: { text: "Takes back a request that has no final answer yet.", source: "RFC 3261 §9" },
  OPTIONS: { text: "Asks what the other side can do, or whether it is there.", source: "RFC 3261 §11" },
  REGISTER: { text: "Tells where a user can be reached.", source: "RFC 3261 §10" },
  PRACK: { text: "Confirms a provisional answer that was sent reliably.", source: "RFC 3262 §4" },
  UPDATE: { text: "Changes the session before, or without, a new INVITE.", source: "RFC 3311 §5" },
  INFO: { text: "Carries something within the call that does not change it, such as a key.", source: "RFC 6086 §4" },
  REFER: { text: "Asks the other side to call somebody else: a transfer.", source: "RFC 3515 §2" },
  NOTIFY: { text: "Tells the state of something that was subscribed to.", source: "RFC 6665 §4" },
  SUBSCRIBE: { text: "Asks to be told of a state and its changes.", source: "RFC 6665 §4" },
  PUBLISH: { text: "Hands over a state, such as presence.", source: "RFC 3903 §4" },
  MESSAGE: { text: "Carries a text message.", source: "RFC 3428 §4" },
};

const CODES: Readonly<Record<number, Meaning>> = {
  100: { text: "The next hop has the request and works on it: it need not be sent again.", source: "RFC 3261 §21.1.1" },
  180: { text: "The called phone rings.", source: "RFC 3261 §21.1.2" },
  181: { text: "The call goes on to another destination.", source: "RFC 3261 §21.1.3" },
  182: { text: "The call waits in a queue.", source: "RFC 3261 §21.1.4" },
  183: {
    text: "Something about the progress, often with early media such as an announcement.",
    source: "RFC 3261 §21.1.5",
  },
  199: { text: "One early dialog has ended while others go on.", source: "RFC 6228" },
  200: { text: "It has worked; for an INVITE: the call is answered.", source: "RFC 3261 §21.2.1" },
  202: { text: "Taken, and still to be done.", source: "RFC 6665 §8.3.1" },
  300: { text: "There are several places to choose from.", source: "RFC 3261 §21.3.1" },
  301: { text: "The user is somewhere else for good.", source: "RFC 3261 §21.3.2" },
  302: { text: "The user is somewhere else for now; Contact says where.", source: "RFC 3261 §21.3.3" },
  400: { text: "The request could not be understood.", source: "RFC 3261 §21.4.1" },
  401: { text: "Say who you are: the user agent wants credentials.", source: "RFC 3261 §21.4.2" },
  403: { text: "Understood, and refused; trying again with credentials does not help.", source: "RFC 3261 §21.4.4" },
  404: { text: "There is no such user here.", source: "RFC 3261 §21.4.5" },
  405: { text: "This method is not allowed here.", source: "RFC 3261 §21.4.6" },
  407: { text: "Say who you are: a proxy on the way wants credentials.", source: "RFC 3261 §21.4.8" },
  408: { text: "Nobody has answered in time.", source: "RFC 3261 §21.4.9" },
  410: { text: "The user was here, and is gone for good.", source: "RFC 3261 §21.4.10" },
  413: { text: "The body is larger than what is taken.", source: "RFC 3261 §21.4.11" },
  415: { text: "The body is of a kind that is not understood.", source: "RFC 3261 §21.4.13" },
  420: { text: "An extension is required that is not known here.", source: "RFC 3261 §21.4.15" },
  421: { text: "An extension is needed that the caller does not offer.", source: "RFC 3261 §21.4.16" },
  422: { text: "The session timer is shorter than what is allowed; Min-SE says the least.", source: "RFC 4028 §6" },
  423: { text: "The expiry is shorter than what is allowed.", source: "RFC 3261 §21.4.17" },
  480: { text: "Whoever is called cannot be reached now.", source: "RFC 3261 §21.4.18" },
  481: { text: "There is no such call, or no such request, here any more.", source: "RFC 3261 §21.4.19" },
  482: { text: "The request has come round in a circle.", source: "RFC 3261 §21.4.20" },
  483: { text: "The request has passed too many hops.", source: "RFC 3261 §21.4.21" },
  484: { text: "The number is not complete.", source: "RFC 3261 §21.4.22" },
  486: { text: "The called phone is busy.", source: "RFC 3261 §21.4.24" },
  487: { text: "The request was cancelled before it was answered.", source: "RFC 3261 §21.4.25" },
  488: {
    text: "The session that was offered is not acceptable here: often no codec in common.",
    source: "RFC 3261 §21.4.26",
  },
  489: { text: "This event package is not known here.", source: "RFC 6665 §8.3.2" },
  491: { text: "Both sides wanted to change the call at once; the sender tries again.", source: "RFC 3261 §21.4.27" },
  494: { text: "Security must be agreed on first.", source: "RFC 3329" },
  500: { text: "The server has met with something unexpected.", source: "RFC 3261 §21.5.1" },
  501: { text: "The server does not know how to do this.", source: "RFC 3261 §21.5.2" },
  502: { text: "The server got an answer from further on that made no sense.", source: "RFC 3261 §21.5.3" },
  503: {
    text: "The server is overloaded or out of service; Retry-After may say for how long.",
    source: "RFC 3261 §21.5.4",
  },
  504: { text: "A server further on did not answer in time.", source: "RFC 3261 §21.5.5" },
  513: { text: "The message is larger than what is taken.", source: "RFC 3261 §21.5.7" },
  600: { text: "The user is busy everywhere.", source: "RFC 3261 §21.6.1" },
  603: { text: "The user does not want this call.", source: "RFC 3261 §21.6.2" },
  604: { text: "There is no such user anywhere.", source: "RFC 3261 §21.6.3" },
  606: { text: "The user would take a call, but not this kind of session.", source: "RFC 3261 §21.6.4" },
  607: { text: "The user does not want calls from this caller.", source: "RFC 8197" },
  608: { text: "A provider has refused the call for the user.", source: "RFC 8688" },
};

/** RFC 3261 §7.2: a code that is not known is treated as the x00 of its class. */
const CLASSES: readonly Meaning[] = [
  { text: "Provisional: the request is being worked on.", source: "RFC 3261 §21.1" },
  { text: "It has worked.", source: "RFC 3261 §21.2" },
  { text: "The sender is to try somewhere else.", source: "RFC 3261 §21.3" },
  { text: "The request cannot be done as it is, or not here.", source: "RFC 3261 §21.4" },
  { text: "The server could not do what may well be right.", source: "RFC 3261 §21.5" },
  { text: "Nobody anywhere will do this.", source: "RFC 3261 §21.6" },
];

/** `undefined`: a method that nobody has explained to us. */
export function meaningOfStart(start: StartLine): Meaning | undefined {
  if (start.type === "request") return METHODS[start.method];
  return CODES[start.code] ?? CLASSES[Math.floor(start.code / 100) - 1];
}
