/** The schemas of decisions about a call whose parties are connected (`sdk/transfer.ts`). */
import { z } from "zod";
import type { Accept } from "../../sdk/accept.ts";
import type { Hold, Resume, Transfer, TransferDecision } from "../../sdk/transfer.ts";
import type { Fields } from "./fields.ts";

export const partySchema = z.exactOptional(z.enum(["caller", "callee"]));

const hold = { type: z.literal("hold"), who: partySchema } satisfies Fields<Hold>;

const resume = { type: z.literal("resume"), who: partySchema } satisfies Fields<Resume>;

const accept = { type: z.literal("accept") } satisfies Fields<Pick<Accept, "type">>;

/** All but `transfer` itself, which calls its targets as `forward` does. */
type Described = Exclude<TransferDecision, Transfer>;

export const connectedShapes = { hold, resume, accept } satisfies {
  [Type in Described["type"]]: Fields<Extract<Described, { type: Type }>>;
};

export const connectedSchemas = [z.strictObject(hold), z.strictObject(resume), z.strictObject(accept)] as const;
