import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, describe, expect, it } from "vitest";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { aNewCallWorks, CallThatIsUp, linesWith, metric } from "./world.ts";

const strowger = await startSwitch();
afterAll(() => strowger.stop());

describe("While somebody else holds the database", () => {
  it("calls go on, and their records are written when he lets go", { timeout: 60_000 }, async () => {
    const call = await CallThatIsUp.begin(strowger);
    const other = new DatabaseSync(join(strowger.folder, "data", "strowger.sqlite"));
    other.exec("begin immediate");
    for (let calls = 0; calls < 3; calls++) await aNewCallWorks(strowger, call.callee);
    await call.works();
    await until("the switch to know", async () => (await metric(strowger, "strowger_store_failing")) === 1, 15_000);
    await aNewCallWorks(strowger, call.callee);
    await call.works();
    expect(linesWith(strowger, "The database cannot be written")).toBe(1);
    other.exec("rollback");
    other.close();
    await until("the records", async () => (await strowger.cdrs()).length === 4, 15_000);
    expect(linesWith(strowger, "The database can be written again")).toBe(1);
    await call.end();
    await until("the last record", async () => (await strowger.cdrs()).length === 5);
  });
});
