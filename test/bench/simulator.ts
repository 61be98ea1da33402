/**
 * How many calls the simulator makes in a second: `node test/bench/simulator.ts [calls]`. Each has a simulation of its own,
 * as in a test: bob calls, alice's phone rings, she answers and hangs up, or lets it ring until the voicemail.
 */

import { simulate } from "../../runtime/simulator/index.ts";
import { forward, type Script, voicemail } from "../../sdk/index.ts";

const calls = Number(process.argv[2] ?? 3000);
const WARM_UP = 300;

const script: Script = {
  invite: () => [forward("alice", { ringSeconds: 20 }), voicemail("alice")],
  answered: () => undefined,
  bye: (call) => console.log(`${call.seconds} s`),
  ended: () => undefined,
};

async function answered(): Promise<void> {
  const call = simulate(script).invite({ to: "100", from: "bob" });
  await call.rings("alice");
  await call.answers();
  await call.hangsUp("alice");
  if (call.cdr?.result !== "answered") throw new Error(call.timeline);
}

async function unanswered(): Promise<void> {
  const call = simulate(script).invite({ to: "100", from: "+4930123456" });
  await call.rings("alice");
  await call.noAnswer(20);
  await call.speaks(3);
  await call.hangsUp();
  if ((await call.mailbox("alice")).length !== 1) throw new Error(call.timeline);
}

for (const [name, run] of Object.entries({ answered, unanswered })) {
  for (let call = 0; call < WARM_UP; call++) await run();
  const start = performance.now();
  const cpuBefore = process.cpuUsage();
  for (let call = 0; call < calls; call++) await run();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuMs = (user + system) / 1000 / calls;
  console.log(
    `${name.padEnd(12)} ${Math.round(calls / seconds)} calls/s, ${cpuMs.toFixed(3)} ms of CPU each (${calls} calls)`,
  );
}
