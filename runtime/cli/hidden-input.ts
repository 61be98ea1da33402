/** Asks for a line on the terminal that nobody sees typed. */
import { CommandFailure, exitCodes } from "./failure.ts";

const MAX_CHARACTERS = 16 * 1024;
const INTERRUPT = "\u0003";
const END = "\u0004";

export async function askHidden(question: string): Promise<string> {
  const { stdin, stderr } = process;
  // Before the question: whoever types at once is not seen either.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.setEncoding("utf8");
  let typed = "";
  try {
    for await (const chunk of stdin) {
      for (const character of chunk as string) {
        if (character === INTERRUPT) throw new CommandFailure("interrupted: nothing was set", exitCodes.failed);
        if (character === "\r" || character === "\n" || character === END) return typed;
        if (character === "\u007f" || character === "\b") typed = typed.slice(0, -1);
        else typed += character;
        if (typed.length > MAX_CHARACTERS) throw new CommandFailure("that is too long", exitCodes.usage);
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stderr.write("\n");
  }
}
