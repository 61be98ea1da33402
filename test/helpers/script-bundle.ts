/** A package of CommonJS modules as one script for a page: its global `modules` requires them by name. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

/** `entries`: what a page may ask for by `modules(name)`. */
export function bundle(entries: readonly string[]): string {
  const sources = new Map<string, string>();
  const entryFiles = entries.map((name) => [name, add(createRequire(import.meta.url).resolve(name), sources)]);
  const table = [...sources].map(
    ([file, source]) => `${JSON.stringify(file)}: function (module, exports, require, process) {${source}\n}`,
  );
  return `var modules = (() => {
  const table = {${table.join(",\n")}};
  const entries = ${JSON.stringify(Object.fromEntries(entryFiles))};
  const loaded = {};
  const load = (file) => {
    if (loaded[file] === undefined) {
      const module = (loaded[file] = { exports: {} });
      table[file](module, module.exports, (name) => load(name), { env: {} });
    }
    return loaded[file].exports;
  };
  return (name) => load(entries[name]);
})();`;
}

/** Adds a module and all that it requires; what it requires is named by file from then on. */
function add(file: string, sources: Map<string, string>): string {
  if (sources.has(file)) return file;
  sources.set(file, "");
  const text = readFileSync(file, "utf8");
  if (file.endsWith(".json")) {
    sources.set(file, `module.exports = ${text};`);
    return file;
  }
  const { resolve } = createRequire(file);
  const source = text.replace(/\brequire\((['"])([^'"]+)\1\)/g, (_, _quote, name: string) => {
    // The package for pages in place of Node's own module of that name.
    const path = name === "events" ? resolve("events/") : browserFile(name, resolve);
    return `require(${JSON.stringify(add(path, sources))})`;
  });
  sources.set(file, source);
  return file;
}

function browserFile(name: string, resolve: (name: string) => string): string {
  const path = resolve(name);
  return name === "debug" ? path.replace(/index\.js$/, "browser.js") : path;
}
