/**
 * The storage worker thread: owns the one connection, so that neither a search nor a checkpoint stalls the switch. Takes
 * arrays of requests, answers arrays of replies; whatever came in meanwhile goes into the next batch.
 */
import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { type MessagePort, parentPort, receiveMessageOnPort } from "node:worker_threads";
import { CamelCasePlugin, Kysely, SqliteDialect } from "kysely";
import { type Reply, type Request, runBatch } from "./batch.ts";
import { migrate } from "./migrate.ts";
import { migrations } from "./migrations/index.ts";
import { SqliteConnection } from "./node-sqlite.ts";
import type { Database, Schema } from "./schema.ts";
import { snapshotDatabase } from "./snapshot.ts";
import type { FromWorker, ToWorker } from "./thread.ts";

/** Comes first, and once. */
type Open = Extract<ToWorker, { type: "open" }>;
type Asked = Exclude<ToWorker, Open>;
type Snapshot = Extract<ToWorker, { type: "snapshot" }>;

/** Requests per transaction: bounds how long a read waits behind writes. */
const MAX_BATCH = 500;

class StorageWorker {
  readonly #port: MessagePort;
  readonly #connection: SqliteConnection;
  readonly #db: Database;
  readonly #queue: Request[] = [];
  readonly #file: string;
  readonly #isReadOnly: boolean;
  readonly #snapshots: Snapshot[] = [];
  /** Also while the database is opened. */
  #running = true;
  #closing = false;

  constructor(port: MessagePort, { file, isReadOnly }: Open) {
    this.#port = port;
    this.#file = file;
    this.#isReadOnly = isReadOnly;
    if (file !== ":memory:" && !isReadOnly) createPrivately(file);
    this.#connection = new SqliteConnection(file, isReadOnly);
    const dialect = new SqliteDialect({ database: this.#connection });
    this.#db = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin()] });
  }

  async start(): Promise<void> {
    this.#port.on("message", (message: Asked) => {
      this.#take(message);
      void this.#run();
    });
    if (!this.#isReadOnly) await this.#migrate();
    this.#post({ type: "ready" });
    this.#running = false;
    await this.#run();
  }

  async #migrate(): Promise<void> {
    this.#connection.exec("begin immediate");
    await migrate(this.#db as unknown as Kysely<unknown>, migrations, new Date());
    this.#connection.exec("commit");
  }

  #take(message: Asked): void {
    if (message.type === "close") this.#closing = true;
    else if (message.type === "snapshot") this.#snapshots.push(message);
    else this.#queue.push(...message.requests);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    while (this.#queue.length > 0) {
      const replies = await runBatch(this.#connection, this.#db, this.#queue.splice(0, MAX_BATCH));
      this.#post({ type: "replies", replies });
      this.#drainPort();
    }
    this.#running = false;
    // What was asked for before is committed by now.
    for (const snapshot of this.#snapshots.splice(0)) void this.#snapshot(snapshot);
    if (!this.#closing) return;
    this.#connection.close();
    this.#port.close();
  }

  async #snapshot({ id, target }: Snapshot): Promise<void> {
    let reply: Reply = { id, ok: true, value: undefined };
    try {
      await snapshotDatabase(this.#file, target);
    } catch (error) {
      reply = { id, ok: false, message: `snapshot: ${error instanceof Error ? error.message : String(error)}` };
    }
    this.#post({ type: "replies", replies: [reply] });
  }

  /** Takes what has come in during the batch, without a turn of the loop. */
  #drainPort(): void {
    for (let next = receiveMessageOnPort(this.#port); next !== undefined; next = receiveMessageOnPort(this.#port)) {
      this.#take(next.message as Asked);
    }
  }

  #post(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

/** The file holds the digests of passwords: nobody but its owner may read it. SQLite gives its log the same mode. */
function createPrivately(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  closeSync(openSync(file, "a", 0o600));
}

if (parentPort !== null) {
  const port = parentPort;
  const open = async (how: Open): Promise<void> => {
    try {
      await new StorageWorker(port, how).start();
    } catch (error) {
      const message: FromWorker = { type: "failed", message: error instanceof Error ? error.message : String(error) };
      port.postMessage(message);
      port.close();
    }
  };
  port.once("message", (how: Open) => void open(how));
}
