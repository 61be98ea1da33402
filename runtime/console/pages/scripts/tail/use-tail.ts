/** What a script says and does, as it happens, after what the switch still remembers. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { TailBody } from "../../../../contract/feed-api.ts";
import { get } from "../../../api/client.ts";
import { path } from "../../../api/path.ts";
import { follow } from "../../../api/stream.ts";

export interface TailLine {
  readonly n: number;
  readonly entry: TailBody;
}

export interface Tailing {
  readonly lines: readonly TailLine[];
  /** Left out by the switch since they came too fast, or older than what is kept here. */
  readonly dropped: number;
  readonly problem: Error | null;
}

const MOST_LINES = 1000;

export function useTail(name: string): ReadonlySignal<Tailing> {
  const tailing = useSignal<Tailing>({ lines: [], dropped: 0, problem: null });
  useEffect(() => {
    let lastN = 0;
    let isWanted = true;
    /** What has come while the past was being read. */
    let early: TailBody[] | null = [];
    const add = (entries: readonly TailBody[]) => {
      const { lines, ...rest } = tailing.peek();
      const fresh = entries.map((entry) => ({ n: ++lastN, entry }));
      tailing.value = { ...rest, lines: [...lines, ...fresh].slice(-MOST_LINES) };
    };
    const readPast = async () => {
      const past = await get<{ items: { entry: TailBody }[] }>(path`/v1/scripts/${name}/logs`).catch(() => ({
        items: [],
      }));
      if (!isWanted) return;
      const known = new Set(past.items.map(({ entry }) => JSON.stringify(entry)));
      add([...past.items.map(({ entry }) => entry), ...(early ?? []).filter((one) => !known.has(JSON.stringify(one)))]);
      early = null;
    };
    const end = follow<TailBody>(path`/v1/scripts/${name}/tail`, {
      entry: (entry) => {
        if (early === null) add([entry]);
        else early.push(entry);
      },
      opened: (isFirst) => {
        if (isFirst) void readPast();
      },
      dropped: (count) => {
        tailing.value = { ...tailing.peek(), dropped: tailing.peek().dropped + count };
      },
      failed: (problem) => {
        tailing.value = { ...tailing.peek(), problem };
      },
    });
    return () => {
      isWanted = false;
      end();
    };
  }, [name]);
  return tailing;
}
