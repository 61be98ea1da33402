/** The part of the store port that keeps schedules, on named operations. */
import type { ScheduleStore } from "../port/schedule.ts";
import type { RunOperation } from "./operations.ts";

export function createScheduleStore(run: RunOperation): ScheduleStore {
  return {
    all: () => run("schedules.all"),
    replace: (script, schedules, marks) => run("schedules.replace", script, schedules, marks),
    marks: () => run("schedules.marks"),
    mark: (mark) => run("schedules.mark", mark),
    forget: (marks) => run("schedules.forget", marks),
  };
}
