/** `strowger schema`: JSON Schema of what goes into a script and what comes out; needs no switch. */
import { Argument, type Command } from "commander";
import { jsonSchema, SCHEMA_NAMES, type SchemaName } from "../../contract/json-schema.ts";

export function defineSchema(program: Command): void {
  program
    .command("schema")
    .description("print the JSON Schema of decisions or events; needs no switch")
    .addArgument(new Argument("[name]", "which one").choices(SCHEMA_NAMES).default("plan"))
    .action((name: SchemaName) => {
      process.stdout.write(`${JSON.stringify(jsonSchema(name), null, 2)}\n`);
    });
}
