/** Users, registrations, routes and tokens as the HTTP API shows and takes them. */
import { z } from "zod";
import { documentedAs, nameSchema, timeSchema } from "./page.ts";
import { routeSchema } from "./route.ts";
import { scopeSchema } from "./scope.ts";

const MIN_PASSWORD_CHARACTERS = 8;
const MAX_PASSWORD_CHARACTERS = 128;

export const userSchema = z
  .object({
    name: z.string(),
    domain: z.string(),
    extension: z.string().nullable(),
    displayName: z.string().nullable(),
    managed: z.boolean(),
    registered: z.boolean(),
  })
  .meta({ id: "User" });

export const userInputSchema = z
  .strictObject({
    password: z
      .string()
      .min(MIN_PASSWORD_CHARACTERS)
      .max(MAX_PASSWORD_CHARACTERS)
      .optional()
      .meta({ description: "Absent on an update: the old one stays." }),
    extension: z.string().min(1).max(32).nullable().optional(),
    displayName: z.string().max(128).nullable().optional(),
  })
  .meta({ id: "UserInput" });

export const registrationSchema = z
  .object({
    user: z.string(),
    domain: z.string(),
    contact: z.string(),
    source: z.string(),
    transport: z.enum(["udp", "tcp", "tls", "ws", "wss"]),
    q: z.number(),
    userAgent: z.string().nullable(),
    instance: z.string().nullable(),
    regId: z.int().nullable(),
    path: z.array(z.string()),
    gruu: z.string().nullable(),
    registeredAt: timeSchema,
    expiresAt: timeSchema,
  })
  .meta({ id: "Registration" });

export const routeViewSchema = z
  .object({
    name: z.string(),
    position: z.int(),
    managed: z.boolean(),
    match: z.record(z.string(), z.string()),
    script: z.string(),
    fallback: z.array(z.unknown()),
    public: z.boolean(),
  })
  .meta({ id: "Route" });

/** Loose here: the fields are checked where routes are kept. */
export const routeBodySchema = z.record(z.string(), z.unknown()).meta({
  id: "RouteInput",
  description: "A route as strowger.yaml declares it, without its name.",
  override: documentedAs(routeSchema.omit({ name: true })),
});

export const routeOrderSchema = z
  .strictObject({
    names: z
      .array(nameSchema)
      .max(1000)
      .meta({ description: "Every route that the configuration does not declare, each once." }),
  })
  .meta({ id: "RouteOrder" });

export const routeMatchQuery = z.strictObject({
  to: z.string().min(1).max(256),
  from: z.string().min(1).max(256).optional(),
  source: z.string().min(1).max(64).optional(),
  trunk: nameSchema.optional().meta({ description: "That the call comes by. Default: none." }),
});

export const routeMatchSchema = routeViewSchema
  .extend({
    passed: z
      .array(
        z.object({
          name: z.string(),
          field: z.enum(["method", "to", "from", "domain", "source", "trunk"]).meta({
            description: "The first one that does not fit.",
          }),
        }),
      )
      .meta({ description: "The routes that are tried before it, in their order." }),
  })
  .meta({ id: "RouteMatch" });

export const tokenSchema = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    createdAt: timeSchema,
    managed: z.boolean(),
  })
  .meta({ id: "Token" });

export const tokenInputSchema = z
  .strictObject({ name: nameSchema, scopes: z.array(scopeSchema).min(1).max(scopeSchema.options.length) })
  .meta({ id: "TokenInput" });

export const createdTokenSchema = z
  .object({ token: tokenSchema, secret: z.string().meta({ description: "Told once and kept nowhere." }) })
  .meta({ id: "CreatedToken" });

export const reloadedSchema = z.object({ warnings: z.array(z.string()) }).meta({ id: "Reloaded" });
export const healthSchema = z.object({ status: z.literal("ok") }).meta({ id: "Health" });

export type UserBody = z.output<typeof userSchema>;
export type UserInputBody = z.input<typeof userInputSchema>;
export type RegistrationBody = z.output<typeof registrationSchema>;
export type RouteBody = z.output<typeof routeViewSchema>;
export type RouteMatchBody = z.output<typeof routeMatchSchema>;
export type ReloadedBody = z.output<typeof reloadedSchema>;
