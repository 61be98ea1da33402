/** A debugger on a WebSocket, found as editors and Chrome find it. */
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { Debugger } from "./debugger.ts";

export interface ListedTarget {
  readonly id: string;
  readonly type: string;
  readonly title: string;
  readonly url: string;
  readonly webSocketDebuggerUrl: string;
}

/** What there is to debug. `at`: `127.0.0.1:9229`. */
export async function listTargets(at: string): Promise<readonly ListedTarget[]> {
  const response = await fetch(`http://${at}/json/list`);
  // The protocol promises this shape; a test that reads a field which is not there fails by itself.
  return (await response.json()) as ListedTarget[];
}

/** Attaches over a socket, which is closed at the end of the test. */
export async function openDebugger(url: string, headers: Record<string, string> = {}): Promise<Debugger> {
  const socket = new WebSocket(url, { headers });
  onTestFinished(() => socket.terminate());
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  const debugging = new Debugger({ send: (text) => socket.send(text), close: () => socket.close() });
  socket.on("message", (data) => debugging.heard(data.toString()));
  socket.on("close", () => debugging.hasEnded());
  return debugging;
}
