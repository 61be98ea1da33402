/** What a model can read: how scripts are written, the sources of the sdk, schemas, and example scripts with their tests. */
import { jsonSchema, SCHEMA_NAMES, SCHEMAS } from "../../contract/json-schema.ts";
import { headOf } from "../../docs/declarations.ts";
import { exampleScripts, scriptingGuide, sdkSources } from "../../docs/docs.ts";

export interface Resource {
  readonly uri: string;
  readonly name: string;
  readonly description: string;
  readonly mimeType: string;
  read(): string;
}

const TYPESCRIPT = "text/typescript";

export function resources(): readonly Resource[] {
  return [
    {
      uri: "strowger://llms.txt",
      name: "llms.txt",
      description: "All that is needed to write a script: read this first.",
      mimeType: "text/markdown",
      read: scriptingGuide,
    },
    ...SCHEMA_NAMES.map((name) => ({
      uri: `strowger://schemas/${name}.json`,
      name: `${name}.json`,
      description: `JSON Schema. ${SCHEMAS[name]}`,
      mimeType: "application/schema+json",
      read: () => JSON.stringify(jsonSchema(name), null, 2),
    })),
    ...[...sdkSources()].map(([name, text]) => source("sdk", name, text)),
    ...[...exampleScripts()].map(([name, text]) => source("scripts", name, text)),
  ];
}

function source(folder: "sdk" | "scripts", name: string, text: string): Resource {
  const what = folder === "sdk" ? 'What scripts import as "strowger"' : "An example";
  const file = `${name}.ts`;
  return {
    uri: `strowger://${folder}/${file}`,
    name: file,
    description: headOf(text) || `${what}: ${file}`,
    mimeType: TYPESCRIPT,
    read: () => text,
  };
}
