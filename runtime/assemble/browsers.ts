/** Makes the gateway between browsers and plain RTP, where the package for it is installed. */
import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Config } from "../config/config.ts";
import { BrowserGateway } from "../media/webrtc/gateway.ts";
import { hasWebRtc } from "../media/webrtc/package.ts";

/** `null`: calls between a browser and anybody else are refused with 488. */
export function assembleBrowsers(webrtc: Config["media"]["webrtc"], clock: Clock, log: Log): BrowserGateway | null {
  if (!hasWebRtc()) {
    log.warn("browsers can call each other alone: the optional package node-datachannel is not installed");
    return null;
  }
  const { ports, address, iceServers } = webrtc;
  return new BrowserGateway({ clock, log, ports: { from: ports.first, to: ports.last }, address, iceServers });
}
