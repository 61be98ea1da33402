/** How the page is built: everything of our own origin, each page of the console a file that is loaded when it is opened. */
import type { InlineConfig } from "vite";
import { firstPage } from "./first-page.ts";
import { licencePlugins } from "./licences.ts";
import { consoleRoot } from "./sources.ts";

const SHARED = /\/runtime\/console\/(api|calls|components)\//;

export function viteConfig(outDir: string): InlineConfig {
  const licences = licencePlugins();
  return {
    root: consoleRoot,
    configFile: false,
    base: "/",
    publicDir: "public",
    logLevel: "warn",
    plugins: [licences.page, firstPage()],
    oxc: { jsx: { runtime: "automatic", importSource: "preact", development: false } },
    build: {
      outDir,
      emptyOutDir: true,
      target: ["chrome123", "firefox128", "safari17.5"],
      // The policy of the page allows no inline script and no data: URL.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4096,
      rolldownOptions: {
        checks: { pluginTimings: false },
        // One file of what many pages need, in place of fifteen small ones.
        output: { codeSplitting: { groups: [{ name: "shared", test: SHARED, minShareCount: 3 }] } },
      },
    },
    worker: { plugins: () => [licences.worker], rolldownOptions: { checks: { pluginTimings: false } } },
  };
}
