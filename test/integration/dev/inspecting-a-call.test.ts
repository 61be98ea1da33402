import { describe, expect, it } from "vitest";
import { expectRefusal, invite } from "../../helpers/raw-dialog.ts";
import { script } from "../../helpers/script-source.ts";
import { until } from "../../helpers/until.ts";
import { listTargets, openDebugger } from "../inspect/debugger-socket.ts";
import { DevSession } from "./dev-session.ts";

const DESK = script(`  invite(call) {
    const code: number = call.to.user === "700" ? 486 : 480;
    return reject(code);
  },`);
/** From 0, as the protocol counts: \`return reject(code)\`. */
const RETURN = DESK.split("\n").findIndex((line) => line.includes("return reject"));
/** Longer than an event, a handler's entry and its grace together. */
const STANDS_STILL_MS = 500;

describe("strowger dev --inspect", () => {
  it("lets a debugger stop a call in its handler, look, and let it go on", async () => {
    const session = await DevSession.start({ "desk.ts": DESK }, ["desk.ts", "--inspect=0"]);
    const { inspector } = await session.ready();
    expect(inspector).toMatch(/^127\.0\.0\.1:\d+$/);
    await session.deployed("desk", 1);
    const target = await until("the script to be listed", async () => {
      return (await listTargets(inspector)).find(({ title }) => title === "desk v1");
    });
    expect(target).toMatchObject({ type: "node", url: "file:///desk.ts" });
    expect(target.webSocketDebuggerUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/[0-9a-z]{32}$/);
    const debugging = await openDebugger(target.webSocketDebuggerUrl);
    await debugging.breakAt("file:///desk.ts", RETURN);

    const caller = await session.phone();
    const pending = invite(caller, "700", { uri: session.uri("700") });
    await caller.expect("100 INVITE");
    const at = await debugging.paused();
    expect(at).toMatchObject({ line: RETURN, frame: { functionName: "invite" } });
    for (const end = performance.now() + STANDS_STILL_MS; performance.now() < end; ) {
      expect(await debugging.evaluate(at, "call.to.user + ' ' + code")).toBe("700 486");
    }
    await debugging.resume();
    await expectRefusal(caller, pending, 486);
    expect(session.lines.filter(({ type }) => type === "fault")).toEqual([]);

    session.save("desk.ts", DESK.replace("486", "603"));
    await session.deployed("desk", 2);
    await debugging.ended;
    const next = await until("the new version to be listed", async () => {
      return (await listTargets(inspector)).find(({ title }) => title === "desk v2");
    });
    const again = await openDebugger(next.webSocketDebuggerUrl);
    await again.breakAt("file:///desk.ts", RETURN);
    const second = invite(caller, "700", { uri: session.uri("700") });
    expect(await again.evaluate(await again.paused(), "code")).toBe(603);
    again.close();
    await expectRefusal(caller, second, 603);
  });
});
