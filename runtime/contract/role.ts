/** What users of the console may do: each role stands for scopes of the API, here and nowhere else. */
import { z } from "zod";
import type { Scope } from "./scope.ts";

/** From the one that may least. */
export const ROLES = ["viewer", "operator", "deployer", "admin"] as const;

export const roleSchema = z.enum(ROLES).meta({
  id: "Role",
  description:
    "`viewer` sees; `operator` also runs the switch: calls, users, routes, trunks, guard, voicemail; `deployer` also changes scripts and what they keep, and steers calls; `admin` may do everything.",
});

export type Role = z.output<typeof roleSchema>;

/** What tells nobody what people have said, keyed in or written. */
const SEE: readonly Scope[] = [
  "scripts:read",
  "calls:read",
  "users:read",
  "routes:read",
  "trunks:read",
  "cdrs:read",
  "logs:read",
  "metrics:read",
  "guard:read",
];

const scopes: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: SEE,
  operator: [
    ...SEE,
    "calls:write",
    "users:write",
    "routes:write",
    "trunks:write",
    "guard:write",
    "messages:read",
    "messages:write",
    "voicemail:read",
    "voicemail:write",
    "recordings:read",
    "audit:read",
  ],
  // Steering calls is nothing that a script could not do. A policy binds scripts, so it is not for those who write them.
  deployer: [...SEE, "calls:write", "scripts:write", "deploy", "kv:read", "kv:write", "secrets:write"],
  admin: ["admin"],
};

export function scopesOf(role: Role): readonly Scope[] {
  return scopes[role];
}
