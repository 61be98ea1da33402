/** What the API shows of upgrades, and how it asks for one. */
import { RequestError } from "../base/errors.ts";
import { isoTime } from "../base/iso-time.ts";
import type { UpgradeAdmin, UpgradeView } from "../port/upgrade.ts";
import type { UpgradeLink } from "../upgrade/child.ts";

const NO_PARENT =
  "This process was not started by npm start, strowger start or runtime/main.ts, so nobody could start another one beside it: restart the switch";

/** `link`: to the parent. `version`: that of this process. */
export function assembleUpgrades(link: UpgradeLink | null, version: string): UpgradeAdmin {
  const view = (): UpgradeView => {
    const report = link?.report ?? null;
    if (report === null) {
      const nothing = { startedAt: null, endedAt: null, from: null, to: null, calls: null, pauseSeconds: null };
      return { state: "none", version, ...nothing, reason: null };
    }
    const { startedAt, endedAt, pauseMs, ...rest } = report;
    return {
      version,
      ...rest,
      startedAt: isoTime(startedAt),
      endedAt: endedAt === null ? null : isoTime(endedAt),
      pauseSeconds: pauseMs === null ? null : pauseMs / 1000,
    };
  };
  return {
    view,
    async begin() {
      const { state } = view();
      if (state === "preparing" || state === "handing-over")
        throw new RequestError("conflict", "An upgrade is under way already: strowger upgrade --status shows it");
      if (link === null || !(await link.ask())) throw new RequestError("conflict", NO_PARENT);
      return view();
    },
  };
}
