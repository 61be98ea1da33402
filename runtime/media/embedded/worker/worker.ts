/** The media worker thread: takes arrays of commands, answers arrays of events. */
import { parentPort, workerData } from "node:worker_threads";
import { loadCodecs } from "../codec/codecs.ts";
import type { Command, WorkerSettings } from "../protocol.ts";
import { Sessions } from "./sessions.ts";
import { Sounds } from "./sounds.ts";

if (parentPort !== null) {
  const port = parentPort;
  // What started this thread gives it these.
  const settings = workerData as WorkerSettings;
  const loaded = await loadCodecs();
  const codecs = new Map([...loaded].filter(([name]) => settings.codecs.includes(name)));
  const sessions = new Sessions(codecs, new Sounds(settings.country), {
    post: (events) => port.postMessage(events),
    stopped: () => port.close(),
  });
  port.on("message", (commands: readonly Command[]) => sessions.do(commands));
  port.postMessage([{ type: "ready", codecs: [...codecs.keys()] }]);
}
