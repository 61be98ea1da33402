/** What JsSIP tells of a call, as events of the phone. */
import type { EndEvent, IncomingEvent, OutgoingEvent, RTCSession } from "jssip/lib/RTCSession.js";
import type { Ending, PhoneEvent } from "./phone-state.ts";
import { causeProblem, reasonText, sipProblem } from "./problems.ts";

export interface Response {
  readonly status_code: number;
  readonly reason_phrase: string;
}

interface Watcher {
  tell(event: PhoneEvent): void;
  heard(stream: MediaStream): void;
  ended(event: EndEvent): void;
}

export function watch(session: RTCSession, { tell, heard, ended }: Watcher): void {
  const listen = (connection: RTCPeerConnection) =>
    connection.addEventListener("track", ({ streams, track }) => heard(streams[0] ?? new MediaStream([track])));
  if (session.connection) listen(session.connection);
  else session.on("peerconnection", ({ peerconnection }) => listen(peerconnection));
  session.on("progress", (event: IncomingEvent | OutgoingEvent) => {
    // Of an incoming call it is our own 180.
    if ("response" in event && event.response) tell({ type: "progress", hasEarlyMedia: Boolean(event.response.body) });
  });
  session.on("accepted", () => tell({ type: "answered", at: new Date().toISOString() }));
  session.on("hold", ({ originator }) => tell({ type: "held", by: sideOf(originator), isHeld: true }));
  session.on("unhold", ({ originator }) => tell({ type: "held", by: sideOf(originator), isHeld: false }));
  session.on("ended", ended);
  session.on("failed", ended);
}

export function endingOf(session: Pick<RTCSession, "direction" | "start_time">, event: EndEvent): Ending {
  const by = sideOf(event.originator);
  const message = event.message as (Partial<Response> & { getHeader?(name: string): string | undefined }) | null;
  const isUp = Boolean(session.start_time);
  if (isUp && event.cause === "Terminated") {
    const reason = by === "them" ? reasonText(message?.getHeader?.("Reason")) : null;
    return reason === null
      ? { type: "hung-up", by }
      : { type: "failed", problem: { code: null, text: `The switch has ended the call: ${reason}` } };
  }
  if (!isUp && by === "us") {
    if (event.cause === "Rejected") return { type: "declined" };
    if (event.cause === "Canceled") return { type: "cancelled" };
  }
  if (!isUp && session.direction === "incoming" && (event.cause === "Canceled" || event.cause === "No Answer"))
    return { type: "missed" };
  if (by === "them" && message?.status_code !== undefined)
    return { type: "failed", problem: sipProblem(message.status_code, message.reason_phrase ?? "") };
  return { type: "failed", problem: causeProblem(event.cause) };
}

function sideOf(originator: string): "us" | "them" {
  return originator === "local" ? "us" : "them";
}
