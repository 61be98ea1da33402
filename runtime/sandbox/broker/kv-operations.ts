/** The operations of `kv` (`sdk/kv.ts`): the keys of the script that asks, and no others. */
import type { KvEntry as ScriptKvEntry } from "../../../sdk/kv.ts";
import { isoTime } from "../../base/iso-time.ts";
import type { ParseArgs } from "../../contract/operation-args.ts";
import { kvArgs } from "../../contract/script-data-operations.ts";
import type { KvCondition, KvEntry, ScriptKv, ScriptOwner } from "../../port/script-data.ts";
import { type Operation, type OperationModule, operation } from "./operation.ts";
import type { Turnstile } from "./turnstile.ts";

/** `domain`: of the scripts, whatever domain a call was addressed to. */
export function kvOperations(
  kv: Omit<ScriptKv, "keys" | "clear">,
  domain: string,
  turnstile: Turnstile,
): OperationModule {
  const onOwn = <Args>(parse: ParseArgs<Args>, work: (of: ScriptOwner, args: Args) => Promise<unknown>): Operation =>
    operation(parse, ({ ref: { script } }, args) => turnstile.pass(script, args, () => work({ domain, script }, args)));
  return {
    get: onOwn(kvArgs.get, async (of, { key }) => toEntry(await kv.get(of, key))),
    set: onOwn(kvArgs.set, async (of, { key, value, ttlSeconds, ifAbsent }) => {
      const condition: KvCondition = { type: ifAbsent ? "absent" : "none" };
      return (await kv.set(of, key, value, { ttlSeconds, condition })) !== undefined;
    }),
    delete: onOwn(kvArgs.delete, (of, { key }) => kv.delete(of, key)),
    increment: onOwn(kvArgs.increment, async (of, { key, by, ttlSeconds }) => {
      return JSON.parse((await kv.increment(of, key, by, ttlSeconds)).json);
    }),
    compareAndSet: onOwn(kvArgs.compareAndSet, async (of, { key, expected, value, ttlSeconds }) => {
      const condition: KvCondition =
        "version" in expected
          ? { type: "version", versions: [expected.version] }
          : { type: "value", json: JSON.stringify(expected.value) };
      return (await kv.set(of, key, value, { ttlSeconds, condition })) !== undefined;
    }),
    list: onOwn(kvArgs.list, async (of, query) => {
      const { items, next } = await kv.entries(of, query);
      return { entries: items.map(toEntry), cursor: next };
    }),
  };
}

function toEntry(entry: KvEntry | undefined): ScriptKvEntry | undefined {
  if (entry === undefined) return undefined;
  const { key, json, version, expiresAt } = entry;
  return { key, value: JSON.parse(json), version, expiresAt: expiresAt === null ? null : isoTime(expiresAt) };
}
