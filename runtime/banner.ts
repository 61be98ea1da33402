/** What a start prints: where the switch listens, two accounts to try it with, and the next command to type. */
import { relative } from "node:path";
import type { About } from "./contract/about.ts";

export function printBanner(about: About): void {
  const lines = ["", "Strowger is running.", "", `  SIP       ${about.sip.join("  ")}`, `  API       ${about.http}`];
  if (about.console) lines.push(`  Console   ${about.http}/`);
  if (about.tokenFile !== null) lines.push(`  Token     in ${shown(about.tokenFile)}`);
  if (about.accounts.length > 0) {
    lines.push("", "  Two accounts to try it with:");
    for (const { name, extension, password } of about.accounts) {
      lines.push(`    sip:${name}@${about.domain}   extension ${extension}   password ${password}`);
    }
    lines.push(`    (kept in ${shown(about.accountsFile)})`);
  }
  const token = about.tokenFile === null ? "$STROWGER_TOKEN" : `$(cat ${shown(about.tokenFile)})`;
  lines.push(
    "",
    "  Next: register two phones, and call 101 from alice. Then route calls by a script of your own:",
    "",
    `    curl -T scripts/front-desk.ts -H "Authorization: Bearer ${token}" ${about.http}/v1/scripts/front-desk`,
    "    npx strowger tail front-desk",
    "",
  );
  console.log(lines.join("\n"));
}

function shown(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith("..") ? file : path;
}
