/**
 * A script host: the process that isolates live in. Frames come in on descriptor 3 and leave on 4. It ends with the
 * switch, and has no environment, no files but its own, and no network.
 */
import { FrameReader } from "../frame.ts";
import { ENTRY, type HostSetup, TO_HOST, TO_HOST_LIMIT_BYTES } from "../protocol.ts";
import { Answers } from "./answers.ts";
import { Input } from "./input.ts";
import { InspectedHost } from "./inspected/inspected-host.ts";
import { ScriptHost } from "./script-host.ts";

const INPUT = 3;
const OUTPUT = 4;

const answers = new Answers(OUTPUT);
let host: ScriptHost | InspectedHost | null = null;

const reader = new FrameReader(TO_HOST_LIMIT_BYTES, (buffer, start, end) => {
  if (host !== null) {
    host.receive(buffer, start, end);
    return;
  }
  if (buffer[start] !== TO_HOST.setup) throw new Error("The first frame must be the setup");
  const setup = JSON.parse(buffer.toString("latin1", start + ENTRY.body, end)) as HostSetup;
  host = setup.inspect === true ? new InspectedHost(setup, answers) : new ScriptHost(setup, answers);
  answers.ready();
});

new Input(INPUT, {
  received(chunk) {
    if (!reader.push(chunk)) throw new Error("A frame is too long");
  },
  ended: () => process.exit(0),
  get waitsForTimers() {
    return host?.waitsForTimers === true;
  },
}).start();
