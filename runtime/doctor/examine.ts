/** Runs the checks at the same time and tells what they found in their order. One that fails or hangs costs its own findings alone. */
import { checkCertificates } from "./checks/certificates.ts";
import { checkClock } from "./checks/clock.ts";
import { checkDatabase } from "./checks/database.ts";
import { checkDisk } from "./checks/disk.ts";
import { checkDns } from "./checks/dns.ts";
import { checkLimits } from "./checks/limits.ts";
import { checkListening } from "./checks/listening.ts";
import { checkMediaPorts } from "./checks/media-ports.ts";
import { checkNat } from "./checks/nat.ts";
import { checkNode } from "./checks/node.ts";
import { checkPermissions } from "./checks/permissions.ts";
import { checkSandbox } from "./checks/sandbox.ts";
import { checkTrunks } from "./checks/trunks.ts";
import { type Finding, reasonOf, warning } from "./finding.ts";
import type { Check, Subject } from "./subject.ts";

const LONGEST_MS = 20_000;

const checks: readonly Check[] = [
  { name: "node", run: checkNode },
  { name: "ports", run: checkListening },
  { name: "nat", run: checkNat },
  { name: "dns", run: checkDns },
  { name: "certificates", run: checkCertificates },
  { name: "trunks", run: checkTrunks },
  { name: "media", run: checkMediaPorts },
  { name: "clock", run: checkClock },
  { name: "disk", run: checkDisk },
  { name: "limits", run: checkLimits },
  { name: "permissions", run: checkPermissions },
  { name: "database", run: checkDatabase },
  { name: "sandbox", run: checkSandbox },
];

export async function examine(subject: Subject): Promise<readonly Finding[]> {
  const found = await Promise.all(checks.map((check) => runCheck(check, subject)));
  return found.flat();
}

async function runCheck({ name, run }: Check, subject: Subject): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took longer than ${LONGEST_MS / 1000} s`)), LONGEST_MS);
  });
  try {
    const found = await Promise.race([Promise.resolve().then(() => run(subject)), late]);
    return found.map((one) => ({ check: name, ...one }));
  } catch (error) {
    return [{ check: name, ...warning(name, `could not be checked: ${reasonOf(error)}`, "look at it by hand") }];
  } finally {
    clearTimeout(timer);
  }
}
