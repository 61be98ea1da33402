/** `strowger calls timeline`: what happened in a call, as a ladder. */
import type { Command } from "commander";
import type { TimelineBody } from "../../contract/journal-api.ts";
import { type ApiClient, at } from "../api-client.ts";
import { formatLadder } from "../ladder.ts";
import { openSession } from "../session.ts";

/** A recording has no more entries than fit on some pages. */
const MOST_PAGES = 10;

export function defineTimeline(calls: Command): void {
  calls
    .command("timeline")
    .description("show what happened in a call, also in one that has ended: messages, events, decisions, operations")
    .argument("<id>")
    .option("--full", "whole SIP messages")
    .action(async (id: string, { full = false }: { full?: boolean }, command: Command) => {
      const { api, out } = openSession(command);
      const timeline = await readTimeline(api, id);
      out.result(timeline, () => formatLadder(timeline, { full }));
    });
}

/** All of it. */
export async function readTimeline(api: ApiClient, id: string): Promise<TimelineBody> {
  const path = at`/v1/calls/${id}/timeline`;
  let page = await api.call<TimelineBody>(path, { method: "GET" });
  const items = [...page.items];
  for (let pages = 1; page.next !== null && pages < MOST_PAGES; pages++) {
    page = await api.call<TimelineBody>(path, { method: "GET", query: { after: page.next } });
    items.push(...page.items);
  }
  return { ...page, items };
}
