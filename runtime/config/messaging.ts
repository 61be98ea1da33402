/** `presence` and `messages` of `strowger.yaml`: who may watch whom, and what is kept for those who are away. */
import { z } from "zod";
import { userNameSchema } from "../contract/user.ts";

const MAX_WATCHERS = 1000;
const MAX_KEPT = 10_000;
const MAX_KILOBYTES = 10_240;
const MAX_HOURS = 24 * 366;

export const presenceSchema = z.strictObject({
  watch: z.enum(["domain", "self"]).default("domain"),
  watchers: z.array(userNameSchema).max(MAX_WATCHERS).default([]),
});

export const messagesSchema = z.strictObject({
  store: z.boolean().default(true),
  maxPerUser: z.int().min(1).max(MAX_KEPT).default(100),
  maxKilobytesPerUser: z.int().min(1).max(MAX_KILOBYTES).default(256),
  keepHours: z.int().min(1).max(MAX_HOURS).default(168),
});
