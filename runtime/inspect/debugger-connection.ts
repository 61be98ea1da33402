/** One debugger on its WebSocket: checks what it sends, and ends it where it does not read what it is sent. */
import { type RawData, WebSocket } from "ws";
import type { InspectionSession, ScriptInspection } from "../port/inspection.ts";

/** Bytes that a debugger has not read. */
const MOST_UNREAD = 64 * 1024 * 1024;
/** Ids of a debugger; those above are ours. */
const MOST_ID = 1_999_999_999;

/** Status codes of RFC 6455 §7.4.1, and one of ours. */
const CLOSE = { gone: 1001, invalid: 1007, refused: 1008, tooSlow: 1013 } as const;

export function connectDebugger(socket: WebSocket, inspection: ScriptInspection, id: string): void {
  const session = inspection.attach(id, {
    heard(text) {
      if (socket.bufferedAmount > MOST_UNREAD) socket.close(CLOSE.tooSlow, "Too much is unread");
      else if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    targetGone: () => socket.close(CLOSE.gone, "There is a newer version of the script, or none any more"),
  });
  if (typeof session === "string") {
    const why = session === "taken" ? "Another debugger is attached to it" : "There is no such script";
    socket.close(CLOSE.refused, why);
    return;
  }
  socket.on("message", (data, isBinary) => pass(data, isBinary, socket, session));
  // What is wrong with the connection, `close` follows.
  socket.on("error", () => {});
  socket.on("close", () => session.close());
}

function pass(data: RawData, isBinary: boolean, socket: WebSocket, session: InspectionSession): void {
  const text = isBinary ? "" : data.toString();
  if (isRequest(text)) session.send(text);
  else socket.close(CLOSE.invalid, "Not a message of the Chrome DevTools Protocol");
}

/** Whether the engine answers it, once. */
function isRequest(text: string): boolean {
  try {
    const message: unknown = JSON.parse(text);
    if (typeof message !== "object" || message === null || !("id" in message) || !("method" in message)) return false;
    const { id, method } = message;
    return typeof method === "string" && Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MOST_ID;
  } catch {
    return false;
  }
}
