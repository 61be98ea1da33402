/** `strowger env`: plain variables of a script. */
import type { Command } from "commander";
import type { EnvironmentBody } from "../../contract/script-data-api.ts";
import { type ApiClient, at } from "../api-client.ts";
import { CommandFailure, exitCodes } from "../failure.ts";
import { openSession } from "../session.ts";
import { printable } from "../table.ts";

type Variables = EnvironmentBody["variables"];

export function defineEnv(program: Command): void {
  const env = program.command("env").description("plain variables of a script");
  env
    .command("list", { isDefault: true })
    .description("list variables")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<EnvironmentBody>(at`/v1/scripts/${script}/env`, { method: "GET" });
      if (out.json) return out.result(body, () => "");
      out.list(
        Object.entries(body.variables),
        ["NAME", "FROM CONFIG", "VALUE"],
        ([name, value]) => [name, body.managed.includes(name) ? "yes" : null, value],
        "No variables.",
      );
    });
  env
    .command("set")
    .description("set variables; the script is loaded anew with them")
    .argument("<script>")
    .argument("<NAME=value...>")
    .action(async (script: string, given: readonly string[], _options: unknown, command: Command) => {
      const set = Object.fromEntries(given.map(parseAssignment));
      const { api, out } = openSession(command);
      const body = await change(api, script, (variables) => ({ ...variables, ...set }));
      out.result(body, () => `${printable(Object.keys(set).join(", "))} set: the next event of ${script} sees it.`);
    });
  env
    .command("unset")
    .description("take variables away")
    .argument("<script>")
    .argument("<NAME...>")
    .action(async (script: string, names: readonly string[], _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const rest = (variables: Variables) =>
        Object.fromEntries(Object.entries(variables).filter(([name]) => !names.includes(name)));
      const body = await change(api, script, rest);
      const kept = names.filter((name) => Object.hasOwn(body.variables, name));
      if (kept.length > 0) {
        throw new CommandFailure(`${kept.join(", ")}: declared in the configuration file`, exitCodes.conflict);
      }
      out.result(body, () => `${printable(names.join(", "))} taken away.`);
    });
}

/** All variables are set as a whole: what somebody else has changed meanwhile is not overwritten. */
async function change(
  api: ApiClient,
  script: string,
  to: (variables: Variables) => Variables,
): Promise<EnvironmentBody> {
  const path = at`/v1/scripts/${script}/env`;
  const { body, etag } = await api.tagged<EnvironmentBody>(path);
  return await api.call<EnvironmentBody>(path, {
    method: "PUT",
    body: { variables: to(body.variables) },
    headers: { "If-Match": etag },
  });
}

function parseAssignment(given: string): readonly [string, string] {
  const sign = given.indexOf("=");
  if (sign > 0) return [given.slice(0, sign), given.slice(sign + 1)];
  throw new CommandFailure(`${printable(given)}: expected NAME=value`, exitCodes.usage);
}
