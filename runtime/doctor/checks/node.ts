/** The runtime: its version, and the kernel below it. */
import { release } from "node:os";
import { type Found, ok, problem, warning } from "../finding.ts";

const NEEDED_MAJOR = 24;
/** What Node 24 is built for. */
const [KERNEL_MAJOR, KERNEL_MINOR] = [4, 18];

export function checkNode(): readonly Found[] {
  return [nodeFound(process.versions.node), kernelFound(process.platform, release())];
}

export function nodeFound(version: string): Found {
  if (Number(version.split(".")[0]) >= NEEDED_MAJOR) return ok(process.execPath, `Node ${version}`);
  return problem(process.execPath, `Node ${version} is too old`, `run npm install, or install Node ${NEEDED_MAJOR}`);
}

export function kernelFound(platform: string, version: string): Found {
  if (platform !== "linux") {
    return warning("kernel", `${platform} is not Linux: nobody has tried the switch here`, "run it on Linux");
  }
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > KERNEL_MAJOR || (major === KERNEL_MAJOR && minor >= KERNEL_MINOR))
    return ok("kernel", `Linux ${version}`);
  return problem("kernel", `Linux ${version} is too old`, `run it on Linux ${KERNEL_MAJOR}.${KERNEL_MINOR} or newer`);
}
