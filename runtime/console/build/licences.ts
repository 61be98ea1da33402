/**
 * `licenses.txt` beside the page: which packages are in its files, and on which terms. Vite's own `build.license` passes
 * over workers, and TypeScript is in one.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const FILE = "licenses.txt";
/** The folder of the package that a module is of. */
const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const TERMS = /^(licen[cs]e|copying|copyright|notice|third-?party)[^.]*(\.(md|txt))?$/i;
/** What a module begins with: whose it is. */
const FIRST_COMMENT = /^\s*(\/\*[\s\S]*?\*\/|(\/\/.*\n)+)/;
const RULE = "=".repeat(80);

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** Both are for one build: the page tells what its workers have told before. */
export interface LicencePlugins {
  readonly page: Plugin;
  readonly worker: Plugin;
}

export function licencePlugins(): LicencePlugins {
  const modules = new Set<string>();
  const collect: Plugin["generateBundle"] = (_options, bundle) => {
    for (const part of Object.values(bundle)) {
      if (part.type === "chunk") for (const id of part.moduleIds) modules.add(id);
    }
  };
  const page: Plugin = {
    name: "licences",
    generateBundle(options, bundle, isWrite) {
      collect.call(this, options, bundle, isWrite);
      this.emitFile({ type: "asset", fileName: FILE, source: licencesText(modules) });
    },
  };
  return { page, worker: { name: "licences-of-worker", generateBundle: collect } };
}

/** Of the packages that these modules are of, by name. Throws where the terms of one are not to be found. */
function licencesText(modules: Iterable<string>): string {
  const packages = new Map<string, string>();
  for (const id of modules) {
    const folder = PACKAGE.exec(id)?.[0];
    if (folder !== undefined && !packages.has(folder)) packages.set(folder, id);
  }
  const parts = [...packages].map(([folder, module]) => licenceText(folder, module));
  return `The console of Strowger has code of others in it, on these terms.\n\n${parts.sort().join("\n")}`;
}

/** `module`: one of those that are in the page. */
function licenceText(folder: string, module: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const terms = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && TERMS.test(file.name))
    .map((file) => readFileSync(join(folder, file.name), "utf8").trim());
  if (terms.length === 0) terms.push(...termsWithin(module, license));
  if (terms.length === 0) throw new Error(`${name} is in the page, and its licence is not to be found in ${folder}`);
  return `${RULE}\n${name} ${version} (${license})\n${RULE}\n\n${terms.join("\n\n")}\n`;
}

/** Of a package that names its licence and does not bring it along. */
function termsWithin(module: string, license: unknown): string[] {
  const [comment = ""] = FIRST_COMMENT.exec(readFileSync(module.replace(/\?.*$/, ""), "utf8")) ?? [];
  return license === "MIT" && /copyright/i.test(comment) ? [comment.trim(), MIT] : [];
}
