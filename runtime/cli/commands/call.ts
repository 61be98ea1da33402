/** `strowger call`: has the switch call somebody, and connects him. */
import { type Command, InvalidArgumentError } from "commander";
import type { CallBody } from "../../contract/call-api.ts";
import type { OriginateBody } from "../../contract/originate.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

interface Options {
  readonly script?: string;
  readonly callerId?: string;
  readonly callerName?: string;
  readonly ringSeconds?: number;
  readonly tag?: Readonly<Record<string, string>>;
  readonly state?: string;
}

export function defineCall(program: Command): void {
  program
    .command("call")
    .description("call somebody, and connect him once he has answered")
    .argument("<from>", "who is called first: a user, an extension or a SIP URI")
    .argument(
      "[to]",
      `a target, or a plan as JSON: '{"type":"voicemail","mailbox":"bob"}'; without it the script decides`,
    )
    .option("--script <name>", "the script that the call runs on")
    .option("--caller-id <number>", "the number shown to <from>; default: <to>")
    .option("--caller-name <name>", "the name shown to <from>")
    .option("--ring-seconds <seconds>", "how long <from> may ring; default: 60", toSeconds)
    .option("--tag <name=value>", "a label of the call; may be given more than once", addTag)
    .option("--state <json>", "call.state at the beginning")
    .action(async (from: string, to: string | undefined, options: Options, command: Command) => {
      const { api, out } = openSession(command);
      const body = toBody(from, to, options);
      const call = await api.call<CallBody>("/v1/calls", { method: "POST", body });
      out.result(call, () => `${printable(from)} is called: ${call.id}`);
    });
}

/** What was typed as JSON is the switch's to check: it says best what is wrong with it. */
type TypedBody = Omit<OriginateBody, "to" | "state"> & { readonly to?: unknown; readonly state?: unknown };

function toBody(from: string, to: string | undefined, options: Options): TypedBody {
  const { tag, state, ...rest } = options;
  return {
    from,
    ...rest,
    ...(to === undefined ? {} : { to: isJson(to) ? parse("the plan", to) : to }),
    ...(tag === undefined ? {} : { tags: tag }),
    ...(state === undefined ? {} : { state: parse("--state", state) }),
  };
}

/** A plan is an object or a list; no target begins so. */
function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

function parse(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CommandFailure(`${what} is not JSON: ${reason}`, exitCodes.usage);
  }
}

function toSeconds(text: string): number {
  const seconds = Number(text);
  if (Number.isNaN(seconds)) throw new InvalidArgumentError("expected a number of seconds.");
  return seconds;
}

function addTag(text: string, tags: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [name = "", ...value] = text.split("=");
  if (name === "" || value.length === 0) throw new InvalidArgumentError("expected name=value.");
  return { ...tags, [name]: value.join("=") };
}
