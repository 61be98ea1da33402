/** Which sides are browsers: by what they have said of their audio, and where they have said nothing, by how they are reached. */
import type { WebRtcGateway } from "../../port/webrtc.ts";
import { browserOf } from "../../sdp/browser.ts";
import type { Flow } from "../../sip/transport/flow.ts";
import type { Branch } from "../target.ts";
import type { AudioServices } from "./audio-services.ts";

type Called = Pick<Branch, "uri" | "hop">;

/** A side that is a browser, and what it has offered. */
export interface BrowserTerms {
  readonly gateway: WebRtcGateway;
  /** `null`: the offer is going to be ours. */
  readonly offer: string | null;
}

/** Of who calls, or is asked anew; `null`: it is none, or nothing here could end its audio. */
export function browserTerms({ webRtc = null }: AudioServices, flow: Flow, offer: string): BrowserTerms | null {
  if (webRtc === null) return null;
  if (offer === "") return isWebSocket(flow) ? { gateway: webRtc, offer: null } : null;
  return browserOf(offer) === null ? null : { gateway: webRtc, offer };
}

/** Of who is in the call already, and gets an offer of ours; `said`: its last description. */
export function askedBrowser({ webRtc = null }: AudioServices, said: string): BrowserTerms | null {
  return webRtc !== null && browserOf(said) !== null ? { gateway: webRtc, offer: null } : null;
}

/** Of who is called. */
export function calledBrowser({ webRtc = null }: AudioServices, called: Called): BrowserTerms | null {
  return webRtc !== null && isBrowser(called) ? { gateway: webRtc, offer: null } : null;
}

/** RFC 7118: only browsers have a reason to come over WebSocket. */
export function isWebSocket({ transport }: Flow): boolean {
  return transport === "ws" || transport === "wss";
}

/** Another proxy may be between us and the browser: then its Contact tells. */
export function isBrowser({ uri, hop }: Called): boolean {
  return (hop.type === "flow" && isWebSocket(hop.flow)) || /;transport=wss?(?![\w-])/i.test(uri);
}
