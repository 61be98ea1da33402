/** `strowger routes`: which script gets which call. */
import type { Command } from "commander";
import type { RouteBody } from "../../contract/resource-api.ts";
import { openSession } from "../session.ts";
import type { Cell } from "../table.ts";

const heads = ["NAME", "MATCH", "SCRIPT", "FALLBACK", "PUBLIC", "FROM CONFIG"];

export function defineRoutes(program: Command): void {
  const routes = program.command("routes").description("routes: which script gets which call");
  routes
    .command("list", { isDefault: true })
    .description("list routes in the order in which they are tried")
    .action(async (_options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      out.list(await api.list<RouteBody>("/v1/routes"), heads, rowOf, "No routes.");
    });
  routes
    .command("match")
    .description("show which route a call would take")
    .argument("<number>", "what is called")
    .option("--from <number>", "who calls")
    .option("--source <address>", "where the call comes from")
    .action(async (to: string, { from, source }: { from?: string; source?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const route = await api.call<RouteBody>("/v1/routes/match", { method: "GET", query: { to, from, source } });
      out.result(route, () => `${to} takes the route ${route.name}: script ${route.script}.`);
    });
}

function rowOf(route: RouteBody): readonly Cell[] {
  const match = Object.entries(route.match).map(([field, pattern]) => `${field}=${pattern}`);
  const fallback = route.fallback.length === 0 ? null : JSON.stringify(route.fallback);
  const isPublic = route.public ? "yes" : null;
  return [route.name, match.join(" ") || "everything", route.script, fallback, isPublic, route.managed ? "yes" : null];
}
