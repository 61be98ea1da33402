/**
 * A host process that a script has taken over: speaks the protocol well enough to be given events, then says whatever the
 * test asks for. Its first argument is JSON: the frames, each as bytes in hexadecimal, that it answers an event with. In
 * a frame, `IIIIIIII` stands for the id of the event.
 */
import { readSync, writeSync } from "node:fs";

const RUN = 5;
const frames = JSON.parse(process.argv[2] ?? "[]") as readonly string[];
const chunk = Buffer.alloc(1 << 20);

function say(hex: string): void {
  const body = Buffer.from(hex, "hex");
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.length);
  writeSync(4, Buffer.concat([length, body]));
}

say("0100000000");
let input = Buffer.alloc(0);
for (let bytes = readSync(3, chunk); bytes > 0; bytes = readSync(3, chunk)) {
  input = Buffer.concat([input, chunk.subarray(0, bytes)]);
  while (input.length >= 4 && input.length >= 4 + input.readUInt32LE(0)) {
    const frame = input.subarray(4, 4 + input.readUInt32LE(0));
    input = input.subarray(4 + frame.length);
    if (frame[0] !== RUN) continue;
    for (const hex of frames) say(hex.replaceAll("IIIIIIII", frame.subarray(1, 5).toString("hex")));
  }
}
