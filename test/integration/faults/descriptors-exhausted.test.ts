import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { afterAll, describe, expect, it } from "vitest";
import { descendantsOf } from "../../helpers/process-tree.ts";
import { hasPrograms } from "../../helpers/require-program.ts";
import { startSwitch } from "../../helpers/switch.ts";
import { until } from "../../helpers/until.ts";
import { aNewCallWorks, CallThatIsUp } from "./world.ts";

const SPARE = 6;
const strowger = await startSwitch();
afterAll(() => strowger.stop());

const open: Socket[] = [];
afterAll(() => {
  for (const socket of open) socket.destroy();
});

describe.runIf(hasPrograms("prlimit"))("When the process may open no more files", () => {
  it("calls over UDP go on, and connections are taken again when others have ended", async () => {
    const call = await CallThatIsUp.begin(strowger);
    await strowger.cdrs();
    const pid = descendantsOf(strowger.pid).find(({ command }) => command.includes("switch-process"))?.pid;
    if (pid === undefined) throw new Error("The process of the switch is not found.");
    const used = () => readdirSync(`/proc/${pid}/fd`).length;
    const limit = used() + SPARE;
    execFileSync("prlimit", [`--pid=${pid}`, `--nofile=${limit}:${limit}`]);
    for (let connections = 0; connections < SPARE * 3; connections++) {
      const socket = connect(strowger.sipPort, "127.0.0.1").on("error", () => {});
      open.push(socket);
    }
    await until("all to be used", () => used() >= limit - 1);
    await call.works();
    await aNewCallWorks(strowger, call.callee);
    for (const socket of open.splice(0)) socket.destroy();
    await until("room again", () => used() < limit - 2, 10_000);
    expect((await strowger.api("GET", "/readyz")).status).toBe(200);
    await call.works();
    await call.end();
    await strowger.noCalls();
  });
});
