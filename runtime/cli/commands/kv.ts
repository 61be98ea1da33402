/** `strowger kv`: what a script keeps by key. */
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { KvCountedBody, KvItemBody } from "../../contract/script-data-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

interface PutOptions {
  readonly ttl?: string;
  readonly ifAbsent?: true;
  readonly text?: true;
}

export function defineKv(program: Command): void {
  const kv = program.command("kv").description("keys and values that a script keeps");
  defineReading(kv);
  defineWriting(kv);
}

function defineReading(kv: Command): void {
  kv.command("list")
    .description("list keys")
    .argument("<script>")
    .option("--prefix <prefix>", "only keys that begin with it")
    .action(async (script: string, { prefix }: { prefix?: string }, command: Command) => {
      const { api, out } = openSession(command);
      out.list(
        await api.list<KvItemBody>(at`/v1/scripts/${script}/kv`, { prefix }),
        ["KEY", "BYTES", "VERSION", "EXPIRES", "UPDATED"],
        (item) => [item.key, item.bytes, item.version, item.expiresAt, item.updatedAt],
        "No keys.",
      );
    });
  kv.command("get")
    .description("print the value of a key, as JSON")
    .argument("<script>")
    .argument("<key>")
    .action(async (script: string, key: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const value = await api.call<unknown>(at`/v1/scripts/${script}/kv/${key}`, { method: "GET" });
      out.result(value, () => printable(JSON.stringify(value, null, 2)));
    });
}

function defineWriting(kv: Command): void {
  kv.command("put")
    .description("write the value of a key; without a value, it is read from the standard input")
    .argument("<script>")
    .argument("<key>")
    .argument("[value]", "JSON: true, 20, '\"text\"', '{\"a\": 1}'")
    .option("--text", "the value is text as it stands, not JSON")
    .option("--ttl <seconds>", "when the key is to be gone")
    .option("--if-absent", "only where there is no such key")
    .action(async (script: string, key: string, given: string | undefined, options: PutOptions, command: Command) => {
      const { api, out } = openSession(command);
      const source = given ?? (await fromStdin());
      await api.call(at`/v1/scripts/${script}/kv/${key}`, {
        method: "PUT",
        query: { ttl: options.ttl },
        body: options.text === true ? source : parseValue(source),
        headers: options.ifAbsent === true ? { "If-None-Match": "*" } : {},
      });
      out.result({ script, key }, () => `${printable(key)} is written.`);
    });
  kv.command("increment")
    .description("add to the number that a key holds, and print the sum")
    .argument("<script>")
    .argument("<key>")
    .argument("[by]", "a whole number; below zero after --", "1")
    .option("--ttl <seconds>", "when the key is to be gone, where it is made now")
    .action(async (script: string, key: string, by: string, { ttl }: { ttl?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const body = { increment: numberOf(by), ...(ttl === undefined ? {} : { ttlSeconds: numberOf(ttl) }) };
      const counted = await api.call<KvCountedBody>(at`/v1/scripts/${script}/kv/${key}`, { method: "POST", body });
      out.result(counted, () => String(counted.value));
    });
  kv.command("delete")
    .description("remove a key, or all that begin with a prefix")
    .argument("<script>")
    .argument("[key]")
    .option("--prefix <prefix>", "all keys that begin with it; '' is all there are")
    .action(async (script: string, key: string | undefined, { prefix }: { prefix?: string }, command: Command) => {
      if ((key === undefined) === (prefix === undefined)) {
        throw new CommandFailure("name a key, or --prefix", exitCodes.usage);
      }
      const { api, out } = openSession(command);
      if (key !== undefined) {
        await api.call(at`/v1/scripts/${script}/kv/${key}`, { method: "DELETE" });
        out.result({ script, key }, () => `${printable(key)} is removed.`);
        return;
      }
      const path = at`/v1/scripts/${script}/kv`;
      const answer = await api.call<{ removed: number }>(path, { method: "DELETE", query: { prefix } });
      out.result(answer, () => `${answer.removed} keys are removed.`);
    });
}

async function fromStdin(): Promise<string> {
  if (process.stdin.isTTY) throw new CommandFailure("name a value, or pipe one in", exitCodes.usage);
  return await text(process.stdin);
}

function parseValue(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new CommandFailure("the value is not JSON: put text in quotes of its own, or use --text", exitCodes.usage);
  }
}

function numberOf(given: string): number {
  const number = Number(given);
  if (given.trim() !== "" && Number.isSafeInteger(number)) return number;
  throw new CommandFailure(`${printable(given)} is no whole number`, exitCodes.usage);
}
