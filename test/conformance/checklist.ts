/** The conformance table: what the RFCs ask of calls, registration, digest and message waiting over UDP and TCP, and where it is shown. */
import { dialogRows } from "./dialog.ts";
import { digestRows } from "./digest.ts";
import { forkingRows } from "./forking.ts";
import { messageRows } from "./message.ts";
import { registrarRows } from "./registrar.ts";
import type { Row } from "./row.ts";
import { serverRows } from "./server.ts";
import { sessionRows } from "./session.ts";
import { subscriptionRows } from "./subscription.ts";
import { transactionRows } from "./transaction.ts";
import { transferRows } from "./transfer.ts";
import { transportRows } from "./transport.ts";

export const checklist: readonly Row[] = [
  ...messageRows,
  ...transactionRows,
  ...transportRows,
  ...forkingRows,
  ...registrarRows,
  ...digestRows,
  ...serverRows,
  ...dialogRows,
  ...sessionRows,
  ...subscriptionRows,
  ...transferRows,
];
