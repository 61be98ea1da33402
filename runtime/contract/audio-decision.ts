/** The schemas of decisions about audio (`sdk/audio.ts`). */
import { z } from "zod";
import type {
  Answer,
  AudioDecision,
  Gather,
  Play,
  RecordCall,
  Record as RecordDecision,
  Ring,
  Say,
  SendDtmf,
  Voicemail,
  Wait,
} from "../../sdk/audio.ts";
import type { Fields } from "./fields.ts";

const MAX_SOUNDS = 50;
const MAX_SOUND_CHARACTERS = 256;
const MAX_TEXT_CHARACTERS = 2_000;
const MAX_DIGITS = 32;

export const soundSchema = z
  .string()
  .min(1)
  .max(MAX_SOUND_CHARACTERS)
  .regex(/^[^\x00-\x1f\x7f\\]+$/, { error: "the name of a sound may have no control character or backslash" });
export const soundsSchema = z.array(soundSchema).min(1).max(MAX_SOUNDS);
export const textSchema = z.string().min(1).max(MAX_TEXT_CHARACTERS);
const keys = z.string().regex(/^[0-9*#A-D]{0,16}$/, { error: "expected keys: 0-9, *, #, A-D" });
const early = z.exactOptional(z.boolean());

const answer = { type: z.literal("answer") } satisfies Fields<Answer>;

const ring = { type: z.literal("ring") } satisfies Fields<Ring>;

const wait = { type: z.literal("wait"), seconds: z.number().min(0.1).max(3600) } satisfies Fields<Wait>;

const play = {
  type: z.literal("play"),
  sounds: soundsSchema,
  loop: z.exactOptional(z.boolean()),
  early,
} satisfies Fields<Play>;

const say = {
  type: z.literal("say"),
  text: textSchema,
  voice: z.exactOptional(z.string().regex(/^[\w.-]{1,64}$/, { error: "expected the name of a voice" })),
  early,
} satisfies Fields<Say>;

const gather = {
  type: z.literal("gather"),
  prompt: z.exactOptional(z.union([soundSchema, soundsSchema])),
  say: z.exactOptional(textSchema),
  digits: z.exactOptional(z.int().min(1).max(MAX_DIGITS)),
  finishOn: z.exactOptional(keys),
  timeoutSeconds: z.exactOptional(z.number().min(0.5).max(60)),
  retries: z.exactOptional(z.int().min(0).max(10)),
  early,
} satisfies Fields<Gather>;

const record = {
  type: z.literal("record"),
  maxSeconds: z.exactOptional(z.number().min(1).max(3600)),
  silenceSeconds: z.exactOptional(z.union([z.literal(0), z.number().min(1).max(60)])),
  finishOn: z.exactOptional(keys),
  beep: z.exactOptional(z.boolean()),
} satisfies Fields<RecordDecision>;

const recordCall = {
  type: z.literal("recordCall"),
  action: z.enum(["start", "stop", "pause", "resume"]),
} satisfies Fields<RecordCall>;

const sendDtmf = {
  type: z.literal("sendDtmf"),
  digits: z.string().regex(/^[0-9*#A-Dw]{1,64}$/, { error: "expected 1 to 64 keys: 0-9, *, #, A-D, w to wait" }),
  to: z.exactOptional(z.enum(["caller", "callee"])),
} satisfies Fields<SendDtmf>;

const voicemail = {
  type: z.literal("voicemail"),
  mailbox: z.string().min(1).max(128),
  greeting: z.exactOptional(z.enum(["auto", "unavailable", "busy", "none"])),
} satisfies Fields<Voicemail>;

export const audioShapes = {
  answer,
  ring,
  wait,
  play,
  say,
  gather,
  record,
  recordCall,
  sendDtmf,
  voicemail,
} satisfies { [Type in AudioDecision["type"]]: Fields<Extract<AudioDecision, { type: Type }>> };

export const audioSchemas = [
  z.strictObject(answer),
  z.strictObject(ring),
  z.strictObject(wait),
  z.strictObject(play),
  z.strictObject(say),
  z.strictObject(gather),
  z.strictObject(record),
  z.strictObject(recordCall),
  z.strictObject(sendDtmf),
  z.strictObject(voicemail),
] as const;
