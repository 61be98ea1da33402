/** `strowger policy`: what a script may do, and what it has used of it. */
import type { Command } from "commander";
import type { PolicyBody, PolicyUsageBody } from "../../contract/policy.ts";
import { at } from "../api-client.ts";
import { openSession } from "../session.ts";
import { readYamlFile } from "../yaml-file.ts";

export function definePolicy(program: Command): void {
  const policy = program.command("policy").description("what a script may do: whom it calls, how often, how long");
  policy
    .command("get", { isDefault: true })
    .description("show the policy of a script")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<PolicyBody>(pathOf(script), { method: "GET" });
      const note = body.managed ? "\n(declared in the configuration file)" : "";
      out.result(body, () => `${JSON.stringify(body.policy, null, 2)}${note}`);
    });
  policy
    .command("set")
    .description("set the policy of a script as a whole")
    .argument("<script>")
    .argument("<file>", "YAML or JSON, as under `policy:` in strowger.yaml; - for the standard input")
    .option("--if-match <etag>", "only where the policy is still the one with this ETag")
    .action(async (script: string, file: string, { ifMatch }: { ifMatch?: string }, command: Command) => {
      const { api, out } = openSession(command);
      const body = await api.call<PolicyBody>(pathOf(script), {
        method: "PUT",
        body: { policy: await readYamlFile(file) },
        headers: ifMatch === undefined ? {} : { "If-Match": ifMatch },
      });
      out.result(body, () => `The policy of ${script} is set: the switch keeps it from now on.`);
    });
  policy
    .command("remove")
    .description("remove the policy of a script")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      await api.call(pathOf(script), { method: "DELETE" });
      out.result({ script }, () => `${script} has no policy any more: only the limits of the switch bind it.`);
    });
  policy
    .command("usage")
    .description("show what a script uses now, and has used today")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const usage = await api.call<PolicyUsageBody>(`${pathOf(script)}/usage`, { method: "GET" });
      const { policy } = await api.call<PolicyBody>(pathOf(script), { method: "GET" });
      out.result(usage, () => describe(usage, policy));
    });
}

function describe(usage: PolicyUsageBody, policy: PolicyBody["policy"]): string {
  const { day, timeZone, resetsAt, concurrentCalls, calls, minutes, reached } = usage;
  const hits = Object.entries(reached).filter(([, count]) => count > 0);
  return [
    `calls up   ${concurrentCalls}${of(policy.maxConcurrentCalls)}`,
    `calls      ${calls}${of(policy.dailyBudget?.calls)} on ${day}`,
    `minutes    ${minutes.toFixed(1)}${of(policy.dailyBudget?.minutes)} on ${day}`,
    `day ends   ${resetsAt} (${timeZone})`,
    ...hits.map(([limit, count]) => `reached    ${limit}: ${count} times today`),
  ].join("\n");
}

function of(most: number | undefined): string {
  return most === undefined ? "" : ` of ${most}`;
}

function pathOf(script: string): string {
  return at`/v1/scripts/${script}/policy`;
}
