/** What came of an operation, as the text that goes back to the script that asked. */
import type { OperationProblem, OperationResult } from "../port/sandbox.ts";
import { toAscii } from "./frame.ts";

/** Of the message of a problem. */
const CLIP_CHARACTERS = 2048;
/** Of what others have bounded already, in bytes that take up to six characters each. */
const LARGER: ReadonlyMap<string, number> = new Map([["web.fetch", 8 * 1024 * 1024]]);

/** `r` and the value, or `f` and the problem, as JSON. Throws where the value is not data. */
export function writeResult(name: string, result: OperationResult, usualBytes: number): string {
  const mostBytes = LARGER.get(name) ?? usualBytes;
  if (!result.ok) return writeProblem(result.problem);
  const json: string | undefined = JSON.stringify(result.value);
  if (json === undefined) return "r";
  if (json.length <= mostBytes) return `r${toAscii(json)}`;
  const message = `The result of "${name}" has ${json.length} bytes of JSON; the limit is ${mostBytes}: ask for less`;
  return writeProblem({ code: "too-large", message });
}

function writeProblem({ code, message }: OperationProblem): string {
  return `f${toAscii(JSON.stringify({ code, message: message.slice(0, CLIP_CHARACTERS) }))}`;
}
