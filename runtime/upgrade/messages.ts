/**
 * What the parent and the switch tell each other during an upgrade, over the channel between their processes. The parent
 * stays as it was while versions of the switch come and go: what is said here means the same in all of them.
 *
 *     old           parent            new
 *      │               ├─ (started) ───►│
 *      │◄share-sockets─┤                │  imports, reads and checks, starts script hosts
 *      ├─ socket … ───►├─ socket … ────►│
 *      ├sockets-shared►├sockets-shared─►│
 *      │               │◄── prepared ───┤
 *      │◄── hand-over ─┤                │
 *      │  finishes what is under way, writes it all down
 *      ├─ held … ─────►├─ held … ──────►│
 *      ├─ handed-over ►│                │
 *      ╳ (ends)        ├── take-over ──►│  has the folder, rebuilds the calls, reads the sockets
 *                      │◄─ taken-over ──┤
 */
import type { SocketName } from "../base/handed-sockets.ts";
import type { Flow } from "../sip/transport/flow.ts";

/** A new child says by it which of these it knows; raised where their meaning changes. */
export const PROTOCOL = 1;

/** A request that came while the old process finished: the new one answers it. One octet a character. */
export interface HeldMessage {
  readonly text: string;
  readonly flow: Flow;
}

/** How the last upgrade went, or how the one goes that is under way. */
export interface UpgradeReport {
  readonly state: "preparing" | "handing-over" | "done" | "failed";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly from: string;
  /** `null`: the new version has not come far enough to say. */
  readonly to: string | null;
  /** Calls that have been taken over. */
  readonly calls: number | null;
  /** How long new requests have waited. */
  readonly pauseMs: number | null;
  /** Why it came to nothing. */
  readonly reason: string | null;
}

/** What the old process leaves: its calls, and since when new requests wait (milliseconds since 1970). */
export interface HandedOver {
  readonly calls: number;
  readonly pausedAt: number;
}

export type ToSwitch =
  | { readonly type: "share-sockets" }
  | { readonly type: "socket"; readonly name: SocketName }
  | { readonly type: "sockets-shared" }
  | { readonly type: "hand-over" }
  | { readonly type: "held"; readonly messages: readonly HeldMessage[] }
  | { readonly type: "take-over"; readonly left: HandedOver | null }
  | { readonly type: "upgrade-report"; readonly report: UpgradeReport };

export type FromSwitch =
  /** The version that serves from now on. */
  | { readonly type: "serving"; readonly version: string }
  | { readonly type: "upgrade" }
  | { readonly type: "socket"; readonly name: SocketName }
  | { readonly type: "sockets-shared" }
  | { readonly type: "prepared"; readonly version: string; readonly protocol: number }
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "held"; readonly messages: readonly HeldMessage[] }
  | ({ readonly type: "handed-over" } & HandedOver)
  | { readonly type: "taken-over"; readonly calls: number; readonly pauseMs: number | null };

/** Both ends are ours; what another version says, and this one does not know, is nothing. */
export function typeOf(message: unknown): string {
  if (typeof message !== "object" || message === null || !("type" in message)) return "";
  return typeof message.type === "string" ? message.type : "";
}
