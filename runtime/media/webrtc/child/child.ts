/**
 * The process that ends the audio of browsers. It is one of its own since the library's threads would keep a worker thread
 * from ending, and so that a fault of native code costs the calls of browsers and no others. Ends with the channel to the
 * switch.
 */
import nodeDataChannel from "node-datachannel";
import type { ChildSettings, SessionId, WebRtcCommand, WebRtcReply } from "../protocol.ts";
import { BrowserPorts } from "./browser-ports.ts";
import { BrowserSession } from "./browser-session.ts";

/** `null`: a port is being looked for. */
const sessions = new Map<SessionId, BrowserSession | null>();
let settings: ChildSettings = { ports: { from: 0, to: 0 }, iceServers: [] };
let ports = new BrowserPorts(settings.ports);

// Its log has addresses of people in it, and what matters is told by the states.
nodeDataChannel.initLogger("Fatal", () => {});

function tell(reply: WebRtcReply): void {
  process.send?.(reply);
}

type Open = Extract<WebRtcCommand, { readonly type: "open" }>;

async function open(command: Open): Promise<void> {
  sessions.set(command.session, null);
  try {
    const port = await ports.take(command.address);
    if (sessions.has(command.session)) begin(command, port);
    else ports.release(port);
  } catch (error) {
    failed(command.session, error);
  }
}

function begin({ session, address, endpoint, remote }: Open, port: number): void {
  const { iceServers } = settings;
  const options = { name: String(session), iceServers, address, port, endpoint, remote };
  const opened = new BrowserSession(options, {
    sessionReady: (line) => tell({ type: "ready", session, line }),
    sessionConnected: () => tell({ type: "connected", session }),
    sessionClosed: () => ports.release(port),
    sessionFailed(message) {
      sessions.delete(session);
      tell({ type: "failed", session, message });
    },
  });
  sessions.set(session, opened);
}

function failed(session: SessionId, error: unknown): void {
  sessions.get(session)?.close();
  sessions.delete(session);
  tell({ type: "failed", session, message: error instanceof Error ? error.message : String(error) });
}

function obey(command: WebRtcCommand): void {
  switch (command.type) {
    case "settings":
      settings = command.settings;
      ports = new BrowserPorts(settings.ports);
      break;
    case "open":
      void open(command);
      break;
    case "accept":
      sessions.get(command.session)?.accept(command.remote);
      break;
    case "close":
      sessions.get(command.session)?.close();
      sessions.delete(command.session);
      break;
  }
}

// The one writer is the switch that started this process.
process.on("message", (message) => {
  const command = message as WebRtcCommand;
  try {
    obey(command);
  } catch (error) {
    if (command.type === "settings") throw error;
    failed(command.session, error);
  }
});
// A terminal sends these to every process; the switch says goodbye to its calls first.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => {});
// The threads of the library may keep a process from ending by itself.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
