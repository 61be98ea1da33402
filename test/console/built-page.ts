/** The page is built once before its tests, where its sources have changed: by the command that `npm start` builds it with. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { repoRoot } from "../helpers/repo-root.ts";

export function setup(): void {
  const build = join(repoRoot, "runtime/console/build/build.ts");
  execFileSync(process.execPath, [build, "--if-stale"], { stdio: ["ignore", "inherit", "inherit"] });
}
