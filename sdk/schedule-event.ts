/** The time of a schedule has come. */

/**
 * A schedule of the script is due. Schedules are set by `strowger.yaml`, the HTTP API or `strowger schedules`; each of
 * their times comes once at the most, and a time that comes while the handler still runs for the one before is skipped.
 * What the switch slept through comes late where that was less than 10 minutes ago, the last time alone; see
 * `scheduledAt`.
 */
export interface ScheduleEvent {
  readonly type: "schedule";
  /** Of the schedule: `open`. */
  readonly name: string;
  /** Minute, hour, day of the month, month, day of the week: `0 8 * * 1-5`. */
  readonly cron: string;
  /** Where it is that time: `Europe/Berlin`. */
  readonly timeZone: string;
  /** The time that has come, ISO 8601 in UTC. */
  readonly scheduledAt: string;
}
