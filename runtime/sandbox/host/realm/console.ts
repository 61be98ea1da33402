/** `console`: lines of text to the tail. Bounded per line and per event; what is over is counted by one last line. */
import { clip } from "./describe.ts";
import { running } from "./event.ts";
import { host, limits } from "./host.ts";
import { isArray, PlainError, stringify, toText, WrongType } from "./primordials.ts";

const DEBUG = 0;
const INFO = 1;
const WARN = 2;
const ERROR = 3;

function write(level: number, values: readonly unknown[]): void {
  const event = running;
  event.lines++;
  if (event.lines > limits.logLines + 1) return;
  if (event.lines > limits.logLines) {
    host.log(event.id, WARN, `More than ${limits.logLines} lines in one event: the rest is dropped.`);
    return;
  }
  let text = "";
  for (let index = 0; index < values.length; index++) {
    if (index > 0) text += " ";
    text += print(values[index]);
  }
  host.log(event.id, level, clip(text));
}

function print(value: unknown): string {
  try {
    if (typeof value === "string") return value;
    if (typeof value === "function") return `[function ${clip(toText(value.name))}]`;
    if (typeof value === "bigint") return `${toText(value)}n`;
    if (typeof value !== "object" || value === null) return toText(value);
    if (value instanceof PlainError) return toText(value.stack ?? value);
    return stringify(value) ?? (isArray(value) ? "[array]" : "[object]");
  } catch (error) {
    return error instanceof WrongType ? "[cyclic or not JSON]" : "[unprintable]";
  }
}

export const scriptConsole = {
  debug: (...values: unknown[]) => write(DEBUG, values),
  log: (...values: unknown[]) => write(INFO, values),
  info: (...values: unknown[]) => write(INFO, values),
  warn: (...values: unknown[]) => write(WARN, values),
  error: (...values: unknown[]) => write(ERROR, values),
};
