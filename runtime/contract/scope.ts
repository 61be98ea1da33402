/** What a token of the HTTP API may be allowed to do. `admin` holds all the others. */
import { z } from "zod";

export const scopeSchema = z
  .enum([
    "admin",
    "scripts:read",
    "scripts:write",
    "deploy",
    "kv:read",
    "kv:write",
    "secrets:write",
    "policy:write",
    "calls:read",
    "calls:write",
    "users:read",
    "users:write",
    "routes:read",
    "routes:write",
    "trunks:read",
    "trunks:write",
    "messages:read",
    "messages:write",
    "logs:read",
    "cdrs:read",
    "recordings:read",
    "voicemail:read",
    "voicemail:write",
    "metrics:read",
    "audit:read",
    "guard:read",
    "guard:write",
    "tokens:admin",
  ])
  .meta({ id: "Scope", description: "What a token may do; `admin` holds all the others." });

export type Scope = z.output<typeof scopeSchema>;
