import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { silentLog } from "../../../runtime/base/log.ts";
import { childCommand, findWalls } from "../../../runtime/deploy/walls.ts";
import { repoRoot } from "../../helpers/repo-root.ts";

const run = promisify(execFile);
let walls: readonly string[];

/** What an expression gives behind the walls of a build child: its value, or the code of its error. */
async function evaluate(expression: string): Promise<unknown> {
  const { program, args } = childCommand(walls);
  const code = `
    let value;
    try { value = ${expression}; } catch (error) { value = error.code; }
    process.stdout.write(JSON.stringify(value));`;
  const { stdout } = await run(program, [...args.slice(0, -1), "-e", code], { env: {} });
  return JSON.parse(stdout);
}

beforeAll(async () => {
  walls = await findWalls(silentLog);
});

describe("walls of a build child", () => {
  it.each([
    ["read a file of the system", "require('node:fs').readFileSync('/etc/passwd', 'utf8')"],
    ["read the data of the switch", `require('node:fs').readdirSync(${JSON.stringify(`${repoRoot}/data`)})`],
    ["write a file", "require('node:fs').writeFileSync('/tmp/strowger-wall', 'x')"],
    ["start a process", "require('node:child_process').execFileSync('/bin/true')"],
    ["start a thread", "new (require('node:worker_threads').Worker)('1', { eval: true })"],
  ])("do not let it %s", async (_, expression) => {
    expect(await evaluate(expression)).toBe("ERR_ACCESS_DENIED");
  });

  it("leave its environment empty", async () => {
    expect(await evaluate("Object.keys(process.env)")).toEqual([]);
  });

  it("leave it no network where the platform allows a namespace", async ({ skip }) => {
    if (!walls.some((word) => word.endsWith("/unshare"))) {
      if (process.env.CI) throw new Error("unshare is not allowed here");
      console.log("skipped: unshare is not allowed here");
      skip();
    }
    expect(await evaluate("Object.keys(require('node:os').networkInterfaces())")).toEqual([]);
  });
});
