/**
 * Runs the requests that came in together: first all writes in one transaction, then the reads, which so see them. A write
 * that fails is undone alone, by its savepoint where there are several; a commit that fails fails them all.
 */
import { isWrite, type OperationName, runOperation } from "./operations.ts";
import type { Database } from "./schema.ts";

export interface Request {
  readonly id: number;
  readonly name: OperationName;
  readonly args: readonly unknown[];
}

export type Reply =
  | { readonly id: number; readonly ok: true; readonly value: unknown }
  | { readonly id: number; readonly ok: false; readonly message: string };

/** What a batch needs of the connection below kysely. */
export interface Transactional {
  readonly inTransaction: boolean;
  exec(sql: string): void;
}

export async function runBatch(
  connection: Transactional,
  db: Database,
  requests: readonly Request[],
): Promise<Reply[]> {
  const writes = requests.filter((request) => isWrite(request.name));
  const replies = writes.length > 0 ? await runWrites(connection, db, writes) : [];
  for (const request of requests) {
    if (!isWrite(request.name)) replies.push(await runOne(db, request));
  }
  return replies;
}

async function runWrites(connection: Transactional, db: Database, writes: readonly Request[]): Promise<Reply[]> {
  try {
    // Not deferred: a transaction that turned into a writer late would fail at once instead of waiting its turn.
    connection.exec("begin immediate");
    const [first, ...others] = writes;
    if (first !== undefined && others.length === 0) return [await runAlone(connection, db, first)];
    const replies: Reply[] = [];
    for (const write of writes) replies.push(await runInSavepoint(connection, db, write));
    connection.exec("commit");
    return replies;
  } catch (error) {
    if (connection.inTransaction) connection.exec("rollback");
    return writes.map((write) => toFailure(write, error));
  }
}

/** Undone with the whole transaction: for a savepoint each page that changes would be copied. */
async function runAlone(connection: Transactional, db: Database, write: Request): Promise<Reply> {
  const reply = await runOne(db, write);
  if (reply.ok) connection.exec("commit");
  // A full disk may have ended the transaction.
  else if (connection.inTransaction) connection.exec("rollback");
  return reply;
}

async function runInSavepoint(connection: Transactional, db: Database, write: Request): Promise<Reply> {
  connection.exec("savepoint request");
  const reply = await runOne(db, write);
  // A full disk may have ended the transaction: then this throws, and the batch fails as a whole.
  if (!reply.ok) connection.exec("rollback to request");
  connection.exec("release request");
  return reply;
}

async function runOne(db: Database, request: Request): Promise<Reply> {
  try {
    return { id: request.id, ok: true, value: await runOperation(db, request.name, request.args) };
  } catch (error) {
    return toFailure(request, error);
  }
}

function toFailure(request: Request, error: unknown): Reply {
  const reason = error instanceof Error ? error.message : String(error);
  return { id: request.id, ok: false, message: `${request.name}: ${reason}` };
}
