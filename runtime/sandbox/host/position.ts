/** Where in a script a fault happened: the first frame of its stack that lies in one of the script's files. */
import type { HostFault } from "../protocol.ts";

const PLACE = /file:\/\/\/([^\s():]+):(\d+):(\d+)/;
const FRAME = /^\s+at /;
/** Below this line the engine lists frames of the host process. */
const BOUNDARY = "(<isolated-vm boundary>)";

type Place = Pick<HostFault, "file" | "line" | "column">;

/** The stack with the script's own frames alone, their paths relative to the script. */
export function cleanStack(stack: string): string {
  const kept: string[] = [];
  for (const line of stack.split("\n")) {
    if (line.includes(BOUNDARY)) break;
    if (!FRAME.test(line)) kept.push(line);
    else if (PLACE.test(line)) kept.push(line.replace("file:///", ""));
  }
  return kept.join("\n");
}

/** The fault with its place, where its stack (or, for code that does not compile, its message) names one. */
export function withPlace(fault: HostFault, files: ReadonlySet<string>): HostFault {
  const stack = fault.stack === undefined ? undefined : cleanStack(fault.stack);
  const place = firstPlace(fault.stack ?? fault.message, files);
  const message = fault.message.replace(/ \[file:\/\/\/[^\]]*\]/, "");
  return { ...fault, message, ...place, ...(stack === undefined ? {} : { stack }) };
}

function firstPlace(text: string, files: ReadonlySet<string>): Place {
  for (const line of text.split("\n")) {
    if (line.includes(BOUNDARY)) break;
    const found = PLACE.exec(line);
    const file = found?.[1];
    if (file === undefined || !files.has(file)) continue;
    return { file, line: Number(found?.[2]), column: Number(found?.[3]) };
  }
  return {};
}
