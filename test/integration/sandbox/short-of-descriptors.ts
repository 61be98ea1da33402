/** Uses up its file descriptors, then asks for a script host and a build child, and prints how each ended. */
import { openSync } from "node:fs";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { runBuildChild } from "../../../runtime/deploy/build-child.ts";
import { HostProcess } from "../../../runtime/sandbox/host-process.ts";

try {
  for (;;) openSync("/dev/null", "r");
} catch {
  // That was the last one.
}

let gone = 0;
const owner = { frame() {}, drained() {}, gone: () => void gone++ };
const host = new HostProcess({ file: "/bin/true", args: [] }, 1000, owner);
host.outgoing();
const { lastWords } = await host.exited;
const build = await runBuildChild({ program: "/bin/true", args: [] }, { memoryMB: 32, jobs: [] }, new TimerWheel());
process.stdout.write(JSON.stringify({ gone, lastWords, end: build.end }));
