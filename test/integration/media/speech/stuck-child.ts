/** In place of the process that runs flite: what it does is said by the text. */
import type { FliteReply, FliteRequest } from "../../../../runtime/media/speech/flite/protocol.ts";
import { wavOf } from "../../../helpers/wav.ts";
import { sine } from "../embedded/sounds.ts";

const hoard: Buffer[] = [];

process.on("message", (message) => {
  const { text } = message as FliteRequest;
  const answer = (reply: FliteReply) => process.send?.(reply);
  if (text === "die") process.exit(7);
  else if (text === "hang") for (;;) hoard.length = 0;
  else if (text === "hoard") hoard.push(Buffer.alloc(600 * 1024 * 1024, 1));
  else if (text === "pid") answer({ type: "failed", reason: String(process.pid) });
  else answer({ type: "spoken", wav: wavOf(sine(440, 500, 8000, 16_000), 16_000) });
});
