/** What a budget says at a time of day, and the policy that a gate keeps for it. */
import { instantOf, localTime, type Zone } from "../../../sdk/zoned-time.ts";
import type { Budget, BudgetRules } from "../../contract/budget.ts";
import type { ScriptPolicy } from "../../port/policy.ts";

const MINUTES_OF_HOUR = 60;
const MINUTE_MS = 60_000;
const SECONDS_OF_MINUTE = 60;

/** Whether it is night, as a budget says; one that ends before it begins lasts over midnight. */
export function isNight({ night }: Budget, zone: Zone, now: number): boolean {
  if (night === undefined) return false;
  const date = localTime(zone, now);
  const minute = (now - instantOf(zone, date, 0)) / MINUTE_MS;
  const [from, to] = [minutesOf(night.from), minutesOf(night.to)];
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/** What the budget allows by day, or by night: what the night does not speak of stays as it is by day. */
export function rulesAt({ night, ...day }: Budget, atNight: boolean): BudgetRules {
  if (!atNight || night === undefined) return day;
  const { from, to, ...rules } = night;
  return { ...day, ...rules };
}

export function policyOf(rules: BudgetRules): ScriptPolicy {
  const { calls, callsPerMinute, callsPerDay, minutesPerDay, countries, prefixes, denyPrefixes } = rules;
  const hasDestinations = countries !== undefined || prefixes !== undefined || denyPrefixes !== undefined;
  const hasDay = callsPerDay !== undefined || minutesPerDay !== undefined;
  return {
    ...(calls === undefined ? {} : { maxConcurrentCalls: calls }),
    ...(callsPerMinute === undefined ? {} : { callsPerSecond: callsPerMinute / SECONDS_OF_MINUTE }),
    ...(hasDay
      ? {
          dailyBudget: {
            ...(callsPerDay === undefined ? {} : { calls: callsPerDay }),
            ...(minutesPerDay === undefined ? {} : { minutes: minutesPerDay }),
          },
        }
      : {}),
    ...(hasDestinations
      ? {
          destinations: {
            ...(countries === undefined ? {} : { countries }),
            ...(prefixes === undefined ? {} : { prefixes }),
            ...(denyPrefixes === undefined ? {} : { denyPrefixes }),
          },
        }
      : {}),
  };
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * MINUTES_OF_HOUR + minutes;
}
