/** What an operator may have set as `media.speech.command`: its first argument says how it behaves. */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync, writeSync } from "node:fs";
import { wavOf } from "../../../helpers/wav.ts";
import { sine } from "../embedded/sounds.ts";

const [, , way = "", ...rest] = process.argv;

/** A WAV as programs write it that do not know how long it will become. */
function streamed(): Buffer {
  const wav = wavOf(sine(440, 500, 8000, 22_050), 22_050);
  wav.writeUInt32LE(0xffff_ffff, 4);
  wav.writeUInt32LE(0x7fff_f000, 40);
  return wav;
}

switch (way) {
  case "tell":
    // The text and all that the program can know, for the test to read.
    writeFileSync(
      rest[0] ?? "",
      JSON.stringify({ text: readFileSync(0, "utf8"), args: rest.slice(1), env: process.env }),
    );
    writeSync(1, streamed());
    break;
  case "fail":
    process.stderr.write("loading\nno such model\n");
    process.exit(3);
    break;
  case "hang":
    writeFileSync(rest[0] ?? "", String(spawn("sleep", ["600"], { stdio: "inherit" }).pid));
    setInterval(() => {}, 1_000);
    break;
  case "flood":
    for (;;) writeSync(1, Buffer.alloc(65_536));
}
