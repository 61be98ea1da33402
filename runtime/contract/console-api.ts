/** Signing in to the console, and who may, as the HTTP API shows and takes them. */
import { z } from "zod";
import { timeSchema } from "./page.ts";
import { roleSchema } from "./role.ts";

const MIN_PASSWORD_CHARACTERS = 12;
const MAX_PASSWORD_CHARACTERS = 256;
const MAX_SECRET_CHARACTERS = 512;

export const consoleNameSchema = z
  .string()
  .regex(/^[\w.@+-]{1,64}$/, "a name of the console has 1 to 64 letters, digits and any of . _ - + @");

/** A password that somebody is given, or chooses. */
export const consolePasswordSchema = z
  .string()
  .min(MIN_PASSWORD_CHARACTERS)
  .max(MAX_PASSWORD_CHARACTERS)
  .meta({
    description: `${MIN_PASSWORD_CHARACTERS} to ${MAX_PASSWORD_CHARACTERS} characters; kept as its scrypt hash.`,
  });

/** A password that is tried: whatever its length, it is either right or not. */
const triedPassword = z.string().min(1).max(MAX_PASSWORD_CHARACTERS);

export const consoleUserSchema = z
  .object({
    name: z.string(),
    role: roleSchema,
    createdAt: timeSchema.nullable().meta({ description: "`null` where the configuration declares it." }),
    managed: z.boolean().meta({ description: "Declared in the configuration file: read-only over HTTP." }),
  })
  .meta({ id: "ConsoleUser" });

export const consoleUserInputSchema = z
  .strictObject({
    role: roleSchema,
    password: consolePasswordSchema.optional().meta({ description: "Absent on an update: the old one stays." }),
  })
  .meta({ id: "ConsoleUserInput" });

export const signInSchema = z
  .union([
    z.strictObject({ name: z.string().min(1).max(MAX_SECRET_CHARACTERS), password: triedPassword }),
    z.strictObject({ token: z.string().min(1).max(MAX_SECRET_CHARACTERS) }),
  ])
  .meta({ id: "SignIn", description: "A user of the console, or a token of the API." });

export const sessionSchema = z
  .object({
    type: z.enum(["user", "token"]).meta({ description: "A user of the console, or a token of the API." }),
    name: z.string(),
    role: roleSchema.nullable().meta({ description: "`null` for a token, which has scopes of its own." }),
    scopes: z.array(z.string()),
    signedInAt: timeSchema.nullable().meta({ description: "`null`, as both ends, for a request with a token." }),
    expiresAt: timeSchema.nullable(),
    idleExpiresAt: timeSchema
      .nullable()
      .meta({ description: "Moves on with each request; open streams do not count." }),
    canChangePassword: z.boolean(),
  })
  .meta({ id: "Session" });

export const ownPasswordSchema = z
  .strictObject({ current: triedPassword, password: consolePasswordSchema })
  .meta({ id: "OwnPassword" });

export type ConsoleUserBody = z.output<typeof consoleUserSchema>;
export type ConsoleUserInputBody = z.input<typeof consoleUserInputSchema>;
export type SessionBody = z.output<typeof sessionSchema>;
export type SignInBody = z.output<typeof signInSchema>;
