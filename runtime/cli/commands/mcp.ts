/** `strowger mcp`: the switch for models, by the Model Context Protocol on standard input and output. */
import type { Command } from "commander";
import { ownVersion } from "../../base/own-version.ts";
import { openSession } from "../session.ts";

export function defineMcp(program: Command): void {
  program
    .command("mcp")
    .description("serve docs and tools to a model (Model Context Protocol on stdin and stdout), with your token")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      // Only here: no other command needs the package.
      const { serveStdio } = await import("@modelcontextprotocol/server/stdio");
      const { createMcpServer } = await import("../mcp/server.ts");
      const ended = Promise.withResolvers<void>();
      const server = serveStdio(() => createMcpServer(api, ownVersion()), {
        onerror: (error) => out.note(`strowger mcp: ${error.message}`),
      });
      process.stdin.once("end", () => ended.resolve());
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.resolve());
      await ended.promise;
      await server.close();
    });
}
