/** How the page is built: everything of our own origin, each page of the console a file that is loaded when it is opened. */
import type { InlineConfig } from "vite";
import { consoleRoot } from "./sources.ts";

export function viteConfig(outDir: string): InlineConfig {
  return {
    root: consoleRoot,
    configFile: false,
    base: "/",
    publicDir: "public",
    logLevel: "warn",
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
      rolldownOptions: { checks: { pluginTimings: false } },
    },
    worker: { rolldownOptions: { checks: { pluginTimings: false } } },
  };
}
