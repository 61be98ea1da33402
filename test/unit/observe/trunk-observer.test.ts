import { describe, expect, it } from "vitest";
import type { Log } from "../../../runtime/base/log.ts";
import { SwitchFeeds } from "../../../runtime/observe/feeds.ts";
import { Metrics } from "../../../runtime/observe/metrics.ts";
import { TrunkObserver } from "../../../runtime/observe/trunk-observer.ts";
import type { TrunkNews } from "../../../runtime/port/trunk-news.ts";

function observe(news: Partial<TrunkNews>) {
  const lines: string[] = [];
  const note = (level: string) => (text: string, fields?: object) =>
    void lines.push(`${level}: ${text} ${JSON.stringify(fields)}`);
  const log: Log = { debug: note("debug"), info: note("info"), warn: note("warn"), error: note("error") };
  const feeds = new SwitchFeeds(() => 0);
  const told: TrunkNews = { trunk: "carrier", state: "up", gateway: null, reason: null, code: null, ...news };
  new TrunkObserver({ log, feeds, now: () => 0 }).trunkChanged(told);
  return { lines, events: feeds.events.since(0).map(({ entry }) => entry), told };
}

describe("what happens to a trunk", () => {
  it("is one event of the switch, with all that is known", () => {
    const { events, told } = observe({ state: "down", gateway: "sip:gw", reason: "it does not answer", code: 503 });
    expect(events).toEqual([{ type: "trunk", at: "1970-01-01T00:00:00.000Z", ...told }]);
  });

  it.each<[Partial<TrunkNews>, RegExp]>([
    [{ state: "up" }, /^info: A trunk is up \{"trunk":"carrier"\}$/],
    [{ state: "up", gateway: "sip:gw" }, /^info: A gateway of a trunk is up again .*"gateway":"sip:gw"/],
    [{ state: "down", reason: "mute" }, /^warn: A trunk is down: none of its gateways answers .*"reason":"mute"/],
    [{ state: "down", gateway: "sip:gw" }, /^warn: A gateway of a trunk is down /],
    [{ state: "registered", gateway: "sip:gw" }, /^info: A trunk is registered /],
    [{ state: "full", reason: "2 calls" }, /^warn: A call of a trunk was refused with 480: .*"reason":"2 calls"/],
    [{ state: "unregistered", reason: "mute" }, /^warn: A trunk is not registered; it is tried again /],
    [
      { state: "failed", code: 401 },
      /^error: .*Set username, password and realm of the trunk.*"trunk":"carrier","code":401/,
    ],
    [{ state: "failed", code: 404 }, /^error: .*Ask the carrier, or correct the trunk.*"code":404/],
  ])("is one line of the log: %o", (news, line) => {
    const { lines } = observe(news);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(line);
  });
});

describe("the metrics of trunks", () => {
  it("show each trunk that there is, and whether it is registered where it registers", async () => {
    const none = () => 0;
    let trunks = [
      { trunk: "a", up: true, registered: null },
      { trunk: "b", up: false, registered: false },
    ] as { trunk: string; up: boolean; registered: boolean | null }[];
    const metrics = new Metrics({
      calls: none,
      registrations: none,
      udpDrops: none,
      transactions: () => ({ client: 0, server: 0 }),
      transport: () => ({}),
      subscriptions: none,
      messages: none,
      mediaEndpoints: none,
      loadedVersions: none,
      media: () => ({}),
      trunks: () => trunks,
    });
    const shown = async () => (await metrics.text()).split("\n").filter((line) => line.startsWith("strowger_trunk"));
    expect(await shown()).toEqual([
      'strowger_trunk_up{trunk="a"} 1',
      'strowger_trunk_up{trunk="b"} 0',
      'strowger_trunk_registered{trunk="b"} 0',
    ]);
    trunks = [{ trunk: "b", up: true, registered: true }];
    expect(await shown()).toEqual(['strowger_trunk_up{trunk="b"} 1', 'strowger_trunk_registered{trunk="b"} 1']);
  });
});
