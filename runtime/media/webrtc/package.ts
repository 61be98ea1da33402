/** Whether the package that speaks WebRTC is installed: it is optional, and there is none for some platforms. */
import { createRequire } from "node:module";

export function hasWebRtc(): boolean {
  try {
    const { resolve } = createRequire(import.meta.url);
    return resolve("node-datachannel") !== "";
  } catch {
    return false;
  }
}
