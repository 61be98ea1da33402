/** What the switch and the process that ends the audio of browsers say to each other. */
import type { MediaAddress } from "../../port/media.ts";
import type { BrowserLine, IceDtls } from "../../port/webrtc.ts";

/** Names a session in both processes; never used twice. */
export type SessionId = number;

/** Where a session asks for its own address as others see it, or has its audio relayed (RFC 8489, RFC 8656). */
export interface IceServer {
  readonly hostname: string;
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
  readonly relayType?: "TurnUdp" | "TurnTcp" | "TurnTls";
}

export interface ChildSettings {
  /** First and last port that browsers are heard on. */
  readonly ports: { readonly from: number; readonly to: number };
  readonly iceServers: readonly IceServer[];
}

export type WebRtcCommand =
  /** The first of all. */
  | { readonly type: "settings"; readonly settings: ChildSettings }
  | {
      readonly type: "open";
      readonly session: SessionId;
      readonly address: string;
      readonly endpoint: MediaAddress;
      readonly remote: IceDtls | null;
    }
  | { readonly type: "accept"; readonly session: SessionId; readonly remote: IceDtls }
  | { readonly type: "close"; readonly session: SessionId };

export type WebRtcReply =
  | { readonly type: "ready"; readonly session: SessionId; readonly line: BrowserLine }
  | { readonly type: "connected"; readonly session: SessionId }
  | { readonly type: "failed"; readonly session: SessionId; readonly message: string };
