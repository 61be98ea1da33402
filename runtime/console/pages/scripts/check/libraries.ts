/** What a script may use, as text: the types of ECMAScript and the sdk. They are part of the page; nothing is fetched. */
const sdk = import.meta.glob<string>("../../../../../sdk/*.ts", { query: "?raw", import: "default", eager: true });
/** Those of es2025 and what it is made of: neither a browser nor Node. */
const standard = import.meta.glob<string>(
  [
    "../../../../../node_modules/typescript/lib/lib.{es5,decorators,decorators.legacy}.d.ts",
    "../../../../../node_modules/typescript/lib/lib.es20{15,16,17,18,19,20,21,22,23,24,25}{,.*}.d.ts",
    "!**/*.full.d.ts",
  ],
  { query: "?raw", import: "default", eager: true },
);

/** By the paths that `Language` has for them. */
export function libraries(): Map<string, string> {
  return new Map([...placed("/sdk", sdk), ...placed("/lib", standard)]);
}

function placed(folder: string, files: Readonly<Record<string, string>>): [string, string][] {
  return Object.entries(files).map(([path, text]) => [`${folder}/${path.slice(path.lastIndexOf("/") + 1)}`, text]);
}
