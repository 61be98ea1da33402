/**
 * `npm run console`: builds the page that the switch serves into `dist`. `--if-stale` builds only where the sources have
 * changed; `--watch` builds at each change. What is served is replaced as a whole, once the new page is complete.
 */
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, watch, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { consoleRoot, distFolder, hashFile, hashOfSources, isStale } from "./sources.ts";

const SETTLE_MS = 100;
/** A temporary folder is its maker's alone; whoever runs the switch may be somebody else. */
const READABLE = 0o755;

async function buildPage(): Promise<void> {
  const { build } = await import("vite");
  const { viteConfig } = await import("./vite.ts");
  const { compressFiles } = await import("./compress.ts");
  // Taken before: what changes meanwhile makes the page stale.
  const hash = hashOfSources();
  const fresh = mkdtempSync(join(consoleRoot, "dist-"));
  try {
    await build(viteConfig(fresh));
    compressFiles(fresh);
    writeFileSync(hashFile(fresh), hash);
    chmodSync(fresh, READABLE);
    replace(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Two builds at once end with the page of one of them. */
function replace(fresh: string): void {
  const old = `${fresh}-old`;
  if (existsSync(distFolder)) renameSync(distFolder, old);
  renameSync(fresh, distFolder);
  rmSync(old, { recursive: true, force: true });
}

async function timedBuild(): Promise<void> {
  const startedAt = performance.now();
  await buildPage();
  console.log(`The console is built (${((performance.now() - startedAt) / 1000).toFixed(1)} s): runtime/console/dist`);
}

function watchSources(): void {
  let timer: NodeJS.Timeout | undefined;
  const again = () => timedBuild().catch((error: Error) => console.error(error.message));
  watch(consoleRoot, { recursive: true }, (_what, file) => {
    if (file === null || file.split(sep)[0]?.startsWith("dist") === true) return;
    clearTimeout(timer);
    timer = setTimeout(again, SETTLE_MS);
  });
}

async function main(options: readonly string[]): Promise<void> {
  if (options.includes("--if-stale") && !isStale()) return;
  await timedBuild();
  if (options.includes("--watch")) watchSources();
}

process.env.NODE_ENV = "production";
await main(process.argv.slice(2)).catch((error: Error) => {
  console.error(`The console could not be built: ${error.message}`);
  process.exitCode = 1;
});
