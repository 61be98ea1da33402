/** Puts debuggers and scripts together, where the switch was started for development. */
import { createInspectServer } from "../inspect/inspect-server.ts";
import type { ScriptInspection } from "../port/inspection.ts";

export interface Inspecting {
  /** Gives where debuggers find scripts; `null`: nowhere. */
  start(): Promise<string | null>;
  stop(): Promise<void>;
}

/** `port`: 0 is any that is free. */
export function assembleInspect(inspection: ScriptInspection | null, port: number | undefined): Inspecting {
  if (inspection === null || port === undefined) return { start: async () => null, stop: async () => undefined };
  const server = createInspectServer(inspection);
  return {
    start: async () => `127.0.0.1:${await server.listen(port)}`,
    stop: () => server.close(),
  };
}
