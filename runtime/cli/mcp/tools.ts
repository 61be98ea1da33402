/** What a model can do with a switch: each tool with its description, and the call of the API that it is. */
import type { CallBody, CdrBody } from "../../contract/call-api.ts";
import type { TailBody } from "../../contract/feed-api.ts";
import type { ToolInput, ToolName } from "../../contract/mcp-tools.ts";
import type { CheckedBody, DeploymentBody, ScriptVersionBody } from "../../contract/script-api.ts";
import { type ApiClient, at } from "../api-client.ts";
import { readTimeline } from "../commands/timeline.ts";
import { CommandFailure } from "../failure.ts";
import { formatLadder } from "../ladder.ts";

export interface Tool<Name extends ToolName = ToolName> {
  readonly title: string;
  readonly description: string;
  /** Whether it changes which script the calls run on. */
  readonly effect: "reads" | "stores" | "deploys";
  /** Gives text, or data that is shown as JSON. */
  run(api: ApiClient, input: ToolInput<Name>): Promise<unknown>;
}

export const tools: { readonly [Name in ToolName]: Tool<Name> } = {
  list_scripts: {
    title: "List scripts",
    description: "The scripts of the switch: which versions are live, and which events they handle.",
    effect: "reads",
    run: (api) => api.list("/v1/scripts"),
  },
  get_script: {
    title: "Read a script",
    description: "A version of a script with the text of its files.",
    effect: "reads",
    run: (api, { script, version }) => readVersion(api, script, String(version)),
  },
  check_script: {
    title: "Check a script",
    description:
      "Compiles a script and checks its types and imports, as an upload would. Stores nothing. " +
      "Read the resource strowger://llms.txt before you write one.",
    effect: "reads",
    run: (api, input) =>
      api.call<CheckedBody>(at`/v1/scripts/${input.script}/versions`, {
        method: "POST",
        query: { dryRun: 1, typecheck: "error" },
        body: uploadOf(input),
      }),
  },
  upload_script: {
    title: "Store a version",
    description: "Checks a script and stores it as a new version, which gets no call: simulate it, then deploy it.",
    effect: "stores",
    run: (api, { message, ...input }) =>
      api.call<ScriptVersionBody>(at`/v1/scripts/${input.script}/versions`, {
        method: "POST",
        query: { typecheck: "error" },
        body: { ...uploadOf(input), message },
      }),
  },
  simulate_script: {
    title: "Try an event",
    description:
      "Runs one event on a stored version, live or not, and shows its decision, its operations, its log lines and its " +
      "fault. Nothing of it is done. An operation without an answer in `operations` is refused.",
    effect: "reads",
    run: (api, { script, version, ...body }) =>
      api.call(at`/v1/scripts/${script}/versions/${String(version)}/simulate`, { method: "POST", body }),
  },
  deploy_script: {
    title: "Make versions live",
    description: "From now on new calls run on these stored versions. A call keeps the version it began with.",
    effect: "deploys",
    run: (api, { script, versions, message }) =>
      api.call<DeploymentBody>(at`/v1/scripts/${script}/deployment`, {
        method: "PUT",
        headers: { "If-Match": "*" },
        body: { versions, message },
      }),
  },
  rollback_script: {
    title: "Roll back",
    description: "The deployment before again, or one version, at once.",
    effect: "deploys",
    run: (api, { script, to, message }) =>
      api.call<DeploymentBody>(at`/v1/scripts/${script}/rollback`, { method: "POST", body: { to, message } }),
  },
  read_logs: {
    title: "Read recent logs",
    description: "What is remembered of a script's console lines, invocations, faults and deployments, oldest first.",
    effect: "reads",
    async run(api, { script, types, limit, ...filters }) {
      const query = { ...filters, type: types?.join(",") };
      const path = at`/v1/scripts/${script}/logs`;
      const { items } = await api.call<{ items: readonly { entry: TailBody }[] }>(path, { method: "GET", query });
      return items.slice(-limit).map(({ entry }) => entry);
    },
  },
  list_calls: {
    title: "List calls",
    description: "Calls that are up, or the records of those that have ended, the newest first.",
    effect: "reads",
    run: (api, { which, limit }) =>
      which === "live" ? api.list<CallBody>("/v1/calls", {}, limit) : api.list<CdrBody>("/v1/cdrs", {}, limit),
  },
  call_timeline: {
    title: "Show what happened in a call",
    description: "SIP messages, events, decisions, operations, console lines and faults of a call, by time.",
    effect: "reads",
    run: async (api, { call, full }) => formatLadder(await readTimeline(api, call), { full }),
  },
};

interface Upload {
  readonly script: string;
  readonly source?: string | undefined;
  readonly files?: Readonly<Record<string, string>> | undefined;
  readonly entry?: string | undefined;
}

function uploadOf({ script, source, files, entry }: Upload): {
  entry: string;
  files: Readonly<Record<string, string>>;
} {
  if (source !== undefined && files === undefined)
    return { entry: `${script}.ts`, files: { [`${script}.ts`]: source } };
  if (source === undefined && files !== undefined && entry !== undefined) return { entry, files };
  throw new CommandFailure("give either `source`, or `files` together with `entry`");
}

async function readVersion(api: ApiClient, script: string, selector: string): Promise<unknown> {
  const path = at`/v1/scripts/${script}/versions/${selector}`;
  const version = await api.call<ScriptVersionBody>(path, { method: "GET" });
  const files: Record<string, string> = {};
  for (const file of version.files) {
    // The number: what is active may change meanwhile.
    const url = at`/v1/scripts/${script}/versions/${String(version.version)}/files/`;
    const bytes = await api.bytes(url + file.split("/").map(encodeURIComponent).join("/"));
    files[file] = new TextDecoder().decode(bytes);
  }
  return { ...version, files };
}
