/** What each part of the switch can do as a whole, and how all of them reload, start and stop together. */
import type { Config } from "../config/config.ts";

/** How the switch stops. */
export interface Stopping {
  /** Calls that are up are left to the process that starts next. */
  readonly isKept: boolean;
  /** That process is there already, and waits: nobody outside is to notice. */
  readonly isHandedOver: boolean;
}

/** A part of the switch; it has what it needs of these. */
export interface Room {
  /** What of a reload may fail or takes time. Throws where the configuration cannot be taken over: then nothing has changed. */
  prepareReload?(next: Config): Promise<void>;
  /** In one turn with all others: no call sees a half of the new configuration. */
  reload?(next: Config): void;
  /** The switch listens. */
  start?(): void | Promise<void>;
  stop?(how: Stopping): void | Promise<void>;
}

/** What the switch is doing, for whoever asks whether it is ready. */
export class Phase {
  now: "starting" | "running" | "stopping" = "starting";
}

/** The first room that cannot take it over ends it. */
export async function reloadRooms(rooms: readonly Room[], next: Config): Promise<void> {
  for (const room of rooms) await room.prepareReload?.(next);
  for (const room of rooms) room.reload?.(next);
}

export async function startRooms(rooms: readonly Room[]): Promise<void> {
  for (const room of rooms) await room.start?.();
}

/** The last first: none is gone while another still needs it. */
export async function stopRooms(rooms: readonly Room[], how: Stopping): Promise<void> {
  for (const room of rooms.toReversed()) await room.stop?.(how);
}
