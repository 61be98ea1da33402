/** `strowger schedules`: when a script gets `schedule` events. */
import type { Command } from "commander";
import type { ScheduleInputBody, ScheduleListBody } from "../../contract/schedule.ts";
import { at } from "../api-client.ts";
import { CommandFailure } from "../failure.ts";
import { openSession, type Session } from "../session.ts";

type ScheduleView = ScheduleListBody["schedules"][number];

export function defineSchedules(program: Command): void {
  const schedules = program.command("schedules").description("when a script gets schedule events");
  schedules
    .command("list", { isDefault: true })
    .description("list the schedules of a script")
    .argument("<script>")
    .action(async (script: string, _options: unknown, command: Command) => {
      const { api, out } = openSession(command);
      const { schedules } = await api.call<ScheduleListBody>(pathOf(script), { method: "GET" });
      out.list(
        schedules,
        ["NAME", "CRON", "TIME ZONE", "NEXT", "LAST", "RESULT", "FROM CONFIG"],
        ({ name, cron, timeZone, nextAt, lastAt, lastResult, running, managed }) => {
          return [name, cron, timeZone, nextAt, lastAt, running ? "running" : lastResult, managed ? "yes" : null];
        },
        `${script} has no schedules.`,
      );
    });
  schedules
    .command("set")
    .description("make or change a schedule")
    .argument("<script>")
    .argument("<name>")
    .argument("<cron>", 'minute, hour, day of the month, month, day of the week: "0 8 * * 1-5"')
    .option("--time-zone <zone>", "where it is that time", "UTC")
    .action(
      async (script: string, name: string, cron: string, { timeZone }: { timeZone: string }, command: Command) => {
        const session = openSession(command);
        const after = await change(session, script, (others) => [
          ...others.filter((other) => other.name !== name),
          { name, cron, timeZone },
        ]);
        const made = after.find((schedule) => schedule.name === name);
        session.out.result(
          made,
          () => `${script} gets the schedule event "${name}" next at ${made?.nextAt ?? "no time"}.`,
        );
      },
    );
  schedules
    .command("remove")
    .description("remove a schedule")
    .argument("<script>")
    .argument("<name>")
    .action(async (script: string, name: string, _options: unknown, command: Command) => {
      const session = openSession(command);
      await change(session, script, (others) => {
        if (others.some((other) => other.name === name)) return others.filter((other) => other.name !== name);
        throw new CommandFailure(`${script} has no schedule "${name}", or the configuration declares it.`);
      });
      session.out.result({ script, name }, () => `"${name}" of ${script} is removed.`);
    });
}

/** The schedules are set as a whole: what somebody else has changed meanwhile is not overwritten (412). */
async function change(
  { api }: Session,
  script: string,
  edit: (own: readonly ScheduleInputBody[]) => readonly ScheduleInputBody[],
): Promise<readonly ScheduleView[]> {
  const { body, etag } = await api.tagged<ScheduleListBody>(pathOf(script));
  const own = body.schedules.filter(({ managed }) => !managed);
  const schedules = edit(own.map(({ name, cron, timeZone }) => ({ name, cron, timeZone })));
  const after = await api.call<ScheduleListBody>(pathOf(script), {
    method: "PUT",
    body: { schedules },
    headers: { "If-Match": etag },
  });
  return after.schedules;
}

function pathOf(script: string): string {
  return at`/v1/scripts/${script}/schedules`;
}
