/** The timeline of a call as the API tells it. */
import type { TimelineBody } from "../../runtime/contract/journal-api.ts";
import type { RunningSwitch } from "./switch.ts";
import { until } from "./until.ts";

export type Timeline = TimelineBody;

/** Once it is as the test expects it. */
export function timelineOf(
  strowger: RunningSwitch,
  id: string,
  fits: (timeline: Timeline) => boolean = () => true,
): Promise<Timeline> {
  return until("a timeline that fits", async () => {
    const { status, body } = await strowger.api("GET", `/v1/calls/${id}/timeline`);
    if (status !== 200) throw new Error(`No timeline: ${status} ${JSON.stringify(body)}`);
    return fits(body) && (body as Timeline);
  });
}
