/** `strowger calls pcap`: the SIP messages of a call as a capture file. */
import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

export function definePcap(calls: Command): void {
  calls
    .command("pcap")
    .description("save the SIP messages of a call that is up or has ended for Wireshark: pcap ID > call.pcap")
    .argument("<id>")
    .argument("[file]", "an existing one is not overwritten; default: the standard output")
    .action(async (id: string, file: string | undefined, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      if (file === undefined && process.stdout.isTTY) {
        throw new CommandFailure(
          "a capture is not for a terminal: name a file, or redirect the output",
          exitCodes.usage,
        );
      }
      const bytes = await api.bytes(at`/v1/calls/${id}/pcap`);
      if (file === undefined) {
        process.stdout.write(bytes);
        return;
      }
      try {
        // Who called whom is not for everybody on this machine.
        writeFileSync(file, bytes, { flag: "wx", mode: 0o600 });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new CommandFailure(`cannot write ${printable(file)}: ${reason}`);
      }
      out.result({ file, bytes: bytes.length }, () => `${file} has ${bytes.length} bytes.`);
    });
}
