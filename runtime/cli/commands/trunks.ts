/** `strowger trunks`: how the switch reaches the telephone network. */
import type { Command } from "commander";
import type { TrunkBody } from "../../contract/trunk-api.ts";
import { at } from "../api-client.ts";
import { openSession } from "../session.ts";
import type { Cell } from "../table.ts";
import { readYamlFile } from "../yaml-file.ts";

interface AddOptions {
  readonly file?: string;
  readonly username?: string;
  readonly password?: string;
  readonly register?: boolean;
  readonly from?: readonly string[];
  readonly number?: readonly string[];
  readonly country?: string;
}

const heads = ["NAME", "STATE", "GATEWAYS", "REGISTERED", "CALLS", "FROM CONFIG"];

export function defineTrunks(program: Command): void {
  const trunks = program.command("trunks").description("trunks to the telephone network");
  trunks
    .command("list", { isDefault: true })
    .description("list trunks in the order in which they are tried, and how they are doing")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      out.list(await api.list<TrunkBody>("/v1/trunks"), heads, rowOf, "No trunks.");
    });
  trunks
    .command("show")
    .description("show a trunk: its declaration, its gateways, its registrations")
    .argument("<name>")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const trunk = await api.call<TrunkBody>(at`/v1/trunks/${name}`, { method: "GET" });
      out.result(trunk, () => describe(trunk));
    });
  trunks
    .command("add")
    .description("make a trunk of options, or of a file")
    .argument("<name>")
    .argument("[uri]", "the gateway: sip:gw.example.net")
    .option("--file <path>", "YAML or JSON, as under a trunk's name in strowger.yaml; - for the standard input")
    .option("--username <name>", "the account with the carrier")
    .option("--password <password>")
    .option("--register", "register with the carrier, so that calls come in")
    .option("--from <networks...>", "networks that calls come from")
    .option("--number <patterns...>", "which numbers leave by it; default: +*")
    .option("--country <code>", "two letters: whose national numbers the carrier writes")
    .action(async (name: string, uri: string | undefined, options: AddOptions, command: Command) => {
      const { api, out } = openSession(command);
      const body = { ...(await fileOf(options.file)), ...fieldsOf(uri, options) };
      const headers = { "If-None-Match": "*" };
      const trunk = await api.call<TrunkBody>(at`/v1/trunks/${name}`, { method: "PUT", body, headers });
      out.result(trunk, () => `${trunk.name} is trunk number ${trunk.position}.`);
    });
  trunks
    .command("remove")
    .description("remove a trunk; its calls go on")
    .argument("<name>")
    .action(async (name: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(at`/v1/trunks/${name}`, { method: "DELETE" });
      out.result({ name }, () => `${name} is removed.`);
    });
}

async function fileOf(path: string | undefined): Promise<Record<string, unknown>> {
  if (path === undefined) return {};
  const value = await readYamlFile(path);
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function fieldsOf(uri: string | undefined, options: AddOptions): Record<string, unknown> {
  const { username, password, register, from, number, country } = options;
  const fields = { uri, username, password, register, from, numbers: number, country };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function rowOf({ name, state, gateways, registrations, calls, managed }: TrunkBody): readonly Cell[] {
  const up = gateways.filter((gateway) => gateway.state !== "down").length;
  const registered = registrations.filter((registration) => registration.state === "registered").length;
  return [
    name,
    state,
    gateways.length === 0 ? null : `${up} of ${gateways.length}`,
    registrations.length === 0 ? null : `${registered} of ${registrations.length}`,
    calls,
    managed ? "yes" : null,
  ];
}

function describe({ name, state, calls, gateways, registrations, declaration, hasPassword }: TrunkBody): string {
  const lines = [`${name} is ${state}, ${calls} calls`];
  for (const gateway of gateways) {
    lines.push(`gateway ${gateway.uri}: ${gateway.state}${told(gateway.reason)}`);
  }
  for (const registration of registrations) {
    lines.push(`registration at ${registration.registrar}: ${registration.state}${told(registration.reason)}`);
  }
  lines.push(`password: ${hasPassword ? "set" : "none"}`, JSON.stringify(declaration, null, 2));
  return lines.join("\n");
}

function told(reason: string | null): string {
  return reason === null ? "" : ` (${reason})`;
}
