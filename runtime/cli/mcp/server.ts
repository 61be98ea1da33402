/** The MCP server: tools and resources, in the words of the protocol. */
import { type CallToolResult, McpServer } from "@modelcontextprotocol/server";
import { type ToolName, type ToolSchema, toolInputs } from "../../contract/mcp-tools.ts";
import type { ApiClient } from "../api-client.ts";
import { diagnosticsOf } from "../diagnostics.ts";
import { CommandFailure } from "../failure.ts";
import { resources } from "./resources.ts";
import { type Tool, tools } from "./tools.ts";

/** Of one answer: what does not fit into the head of a model helps nobody. */
const MOST_CHARACTERS = 100_000;

const INSTRUCTIONS =
  "Strowger is a SIP switch whose calls are routed by TypeScript scripts. Read strowger://llms.txt before writing a script. " +
  "The way of a change: check_script, upload_script, simulate_script, deploy_script; read_logs and call_timeline show what " +
  "came of it, and rollback_script takes it back.";

export function createMcpServer(api: ApiClient, version: string): McpServer {
  const server = new McpServer({ name: "strowger", version }, { instructions: INSTRUCTIONS });
  for (const { uri, name, description, mimeType, read } of resources()) {
    server.registerResource(name, uri, { description, mimeType }, () => ({
      contents: [{ uri, mimeType, text: read() }],
    }));
  }
  for (const name of Object.keys(tools) as ToolName[]) register(server, name, api); // Its own keys.
  return server;
}

function register(server: McpServer, name: ToolName, api: ApiClient): void {
  const { title, description, effect, run }: Tool = tools[name];
  const annotations = {
    title,
    readOnlyHint: effect === "reads",
    destructiveHint: effect === "deploys",
    openWorldHint: false,
  };
  const inputSchema: ToolSchema = toolInputs[name];
  server.registerTool(name, { title, description, inputSchema, annotations }, (input) => {
    // The server has checked it by the schema of this very tool.
    return answer(() => run(api, input as never));
  });
}

async function answer(run: () => Promise<unknown>): Promise<CallToolResult> {
  try {
    const result = await run();
    return textOf(typeof result === "string" ? result : JSON.stringify(result, null, 1));
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    return { ...textOf(tellFailure(error)), isError: true };
  }
}

/** What the switch said no to, with the places in the script where there are some. */
function tellFailure({ message, problem }: CommandFailure): string {
  const places = diagnosticsOf(problem).map(
    ({ file, line, column, severity, message }) => `${file}:${line}:${column}: ${severity}: ${message}`,
  );
  return [message, ...places].join("\n");
}

function textOf(text: string): CallToolResult {
  const left = text.length - MOST_CHARACTERS;
  const shown = left > 0 ? `${text.slice(0, MOST_CHARACTERS)}\n… and ${left} characters more: ask for less.` : text;
  return { content: [{ type: "text", text: shown }] };
}
