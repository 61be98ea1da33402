/** `strowger secret`: set and remove secrets of a script. No value is ever an argument, where others could see it. */
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { SecretBody } from "../../contract/script-data-api.ts";
import { at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { askHidden } from "../hidden-input.ts";
import { openSession } from "../session.ts";

export function defineSecret(program: Command): void {
  const secret = program.command("secret").description("secrets of a script, kept encrypted and never shown");
  secret
    .command("put")
    .description("set a secret; its value is asked for, or read from the standard input without the last line end")
    .argument("<script>")
    .argument("<name>")
    .action(async (script: string, name: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const value = process.stdin.isTTY
        ? await askHidden(`Value of ${name}: `)
        : (await text(process.stdin)).replace(/\r?\n$/, "");
      if (value === "") throw new CommandFailure("there is no value: nothing was set", exitCodes.usage);
      const path = at`/v1/scripts/${script}/secrets/${name}`;
      const stored = await api.call<SecretBody>(path, { method: "PUT", body: { value } });
      out.result(stored, () => `${name} is set (version ${stored.version}). Events of ${script} get it from now on.`);
    });
  secret
    .command("list", { isDefault: true })
    .description("list secrets, without values")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const path = at`/v1/scripts/${script}/secrets`;
      const { items } = await api.call<{ items: SecretBody[] }>(path, { method: "GET" });
      out.list(
        items,
        ["NAME", "VERSION", "UPDATED"],
        (item) => [item.name, item.version, item.updatedAt],
        "No secrets.",
      );
    });
  secret
    .command("delete")
    .description("remove a secret")
    .argument("<script>")
    .argument("<name>")
    .action(async (script: string, name: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/scripts/${script}/secrets/${name}`, { method: "DELETE" });
      out.result({ script, name }, () => `${name} is removed.`);
    });
}
