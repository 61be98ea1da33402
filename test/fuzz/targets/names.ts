/** Small texts that come from the API, from scripts and from the configuration: schedules, networks, hosts, targets, cursors. */
import fc from "fast-check";
import { RequestError } from "../../../runtime/base/errors.ts";
import { parseHostPort, parseListener } from "../../../runtime/config/address.ts";
import { parsePortRange } from "../../../runtime/config/media.ts";
import { parseCron } from "../../../runtime/contract/cron.ts";
import { matchesHost, parseHostRule } from "../../../runtime/contract/host-rule.ts";
import { NetworkSet, parseNetwork } from "../../../runtime/contract/network.ts";
import { parseTrunkTarget } from "../../../runtime/contract/trunk-target.ts";
import { parseTarget } from "../../../runtime/fetch/target.ts";
import { parseRange } from "../../../runtime/http/byte-range.ts";
import { RequestProblem } from "../../../runtime/http/problem.ts";
import { parseTarget as parseScriptTarget } from "../../../runtime/http/script-request/event.ts";
import { headOfLine, parseLine } from "../../../runtime/observe/journal/stored-call.ts";
import { parseDnsServer } from "../../../runtime/sip/transport/dns/servers.ts";
import { parseHosts } from "../../../runtime/sip/transport/hosts-file.ts";
import { parseCursor } from "../../../runtime/storage/cursor.ts";
import { mutated, octets } from "../mutate/bytes.ts";
import { holds, type Target } from "../runner/target.ts";

const OWN = [
  "0 8 * * 1-5",
  "*/5 0-23/2 1,15 * MON",
  "0 0 29 2 *",
  "192.0.2.0/24",
  "2001:db8::/32",
  "*.example.com:8443",
  "trunk:carrier/+4930123456",
  "https://user:pw@example.com:8443/a?b#c",
  "/x/main/a/b?c=d",
  "bytes=0-99,200-",
  "udp://[::]:5060",
  "16384-32767",
  "127.0.0.1 localhost # a\n::1 b c",
  '{"id":"a","startedMs":1,"entries":[]}',
  Buffer.from('{"at":1,"id":"a"}').toString("base64url"),
];
const words = [
  "*",
  "/",
  "-",
  ",",
  "L",
  "W",
  "#",
  "60",
  "31",
  "2",
  "FEB",
  "://",
  "[::1]",
  ":",
  "@",
  "%00",
  "\0",
  "bytes=",
  "..",
  "\n",
  '",',
];

export const names: Target = {
  samples: OWN,
  inputs: (seeds) =>
    fc.oneof(
      { weight: 6, arbitrary: mutated(seeds, { words, mostOctets: 4000 }) },
      { weight: 1, arbitrary: octets(60) },
    ),
  run(input) {
    const cron = parseCron(input, "Europe/Berlin");
    if (cron.ok) {
      const next = cron.value.next(1_700_000_000_000);
      holds(next === null || next > 1_700_000_000_000, "A schedule goes back in time.");
      cron.value.latest(1_700_000_000_000);
    }
    const network = parseNetwork(input);
    if (network !== undefined) new NetworkSet([network]).has("192.0.2.1");
    const rule = parseHostRule(input);
    if (rule.ok) matchesHost(rule.value, "a.example.com", 443);
    parseTrunkTarget(input);
    parseTarget(input);
    parseScriptTarget(input);
    parseListener(input);
    parseHostPort(input);
    parsePortRange(input);
    parseHosts(input);
    parseDnsServer(input);
    headOfLine(input);
    parseLine(input);
    refusable(() => parseRange(input, 1000));
    refusable(() => parseCursor(input));
  },
};

/** May be told to whoever asked. */
function refusable(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof RequestProblem) && !(error instanceof RequestError)) throw error;
  }
}
