/**
 * Leaves, saves and erases messages without end, and writes a line for each thing that it was told is done, until it is
 * killed. A line is written before the next thing begins.
 */
import { appendFileSync, existsSync, writeSync } from "node:fs";
import { silentLog } from "../../../runtime/base/log.ts";
import { TimerWheel } from "../../../runtime/base/timer-wheel.ts";
import { createVoicemail } from "../../../runtime/media/voicemail/voicemail.ts";
import { openSqliteStore } from "../../../runtime/storage/sqlite.ts";
import { wavBytes } from "../../helpers/wav.ts";

const DOMAIN = "example.com";
const data = process.argv[2] ?? "";
const store = await openSqliteStore({ file: `${data}/strowger.sqlite`, log: silentLog });
const { mailboxes } = await createVoicemail({
  data,
  store,
  clock: new TimerWheel(),
  log: silentLog,
  owners: { has: () => true, names: () => ["alice"] },
  domain: DOMAIN,
  configured: [],
  config: { smtp: null, transcribe: null, maxMessages: 10_000, maxSeconds: 60, retentionDays: null },
});
const tell = (line: string): void => void writeSync(1, `${line}\n`);

async function leave(seconds: number): Promise<string> {
  const deposit = mailboxes.begin(DOMAIN, "alice", { from: "sip:bob@example.com", fromName: "Bob", callId: "c" });
  if (typeof deposit === "string") throw new Error(deposit);
  const bytes = wavBytes(seconds, { broken: true });
  tell(`speaking ${deposit.id}`);
  // Nobody speaks as fast as this program writes: who speaks is noted long before a second is over.
  const note = deposit.file.replace(/wav$/, "json");
  while (!existsSync(note)) await new Promise((resolve) => setImmediate(resolve));
  for (let at = 0; at < bytes.length; at += 4096) appendFileSync(deposit.file, bytes.subarray(at, at + 4096));
  await mailboxes.keep(deposit);
  tell(`kept ${deposit.id}`);
  return deposit.id;
}

tell("ready");
for (;;) {
  const [first, second, third] = await Promise.all([leave(2), leave(1.5), leave(3)]);
  await mailboxes.move(DOMAIN, "alice", first, "saved");
  tell(`saved ${first}`);
  tell(`erasing ${second}`);
  await mailboxes.erase(DOMAIN, "alice", second);
  tell(`erased ${second}`);
  const copy = await mailboxes.copy(DOMAIN, "alice", third, "bob");
  tell(`copied ${copy.id}`);
}
