/**
 * A thread of a running switch, reached from outside with the inspector of Node. The switch knows nothing of it: SIGUSR1
 * opens the inspector of any program that runs on Node.
 */
import { descendantsOf } from "./process-tree.ts";
import type { RunningSwitch } from "./switch.ts";
import { until, within } from "./until.ts";

/** What the switch has to be started with: its inspector then picks a free port. */
export const INSPECTABLE: NodeJS.ProcessEnv = { NODE_OPTIONS: "--inspect-port=0" };

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: { readonly sessionId: string; readonly workerInfo?: { readonly title: string } };
  readonly error?: { readonly message: string };
}

/** The process of the switch itself, below its parent. */
export function switchProcess(strowger: RunningSwitch): number {
  const found = descendantsOf(strowger.pid).find(({ command }) => command.includes("switch-process"));
  if (found === undefined) throw new Error("The switch does not run.");
  return found.pid;
}

/** Has the thread of this name run a piece of JavaScript; resolves when the thread has been given it. */
export async function runInThread(strowger: RunningSwitch, name: string, code: string): Promise<void> {
  process.kill(switchProcess(strowger), "SIGUSR1");
  const url = await until("the inspector", () => /Debugger listening on (ws:\S+)/.exec(strowger.log())?.[1]);
  const socket = new WebSocket(url);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let isFound = false;
  const send = (id: number, method: string, params: object) => socket.send(JSON.stringify({ id, method, params }));
  socket.addEventListener("error", () => reject(new Error(`There is no inspector at ${url}.`)));
  socket.addEventListener("open", () => send(1, "NodeWorker.enable", { waitForDebuggerOnStart: false }));
  socket.addEventListener("message", ({ data }) => {
    const { id, method, params, error }: Message = JSON.parse(String(data));
    if (error !== undefined) reject(new Error(error.message));
    if (id === 2) resolve();
    // Where it dies of that, another one of its name comes: it is left alone.
    if (isFound || method !== "NodeWorker.attachedToWorker" || !params?.workerInfo?.title.endsWith(` ${name}`)) return;
    isFound = true;
    const message = JSON.stringify({ id: 1, method: "Runtime.evaluate", params: { expression: code } });
    send(2, "NodeWorker.sendMessageToWorker", { sessionId: params.sessionId, message });
  });
  try {
    await within(`the thread "${name}"`, promise);
  } finally {
    socket.close();
  }
}
