/** Stands in for the storage worker: answers reads with their name, dies at a write, never answers a search. */
import { parentPort } from "node:worker_threads";
import type { Request } from "../../../runtime/storage/batch.ts";
import type { ToWorker } from "../../../runtime/storage/thread.ts";

const port = parentPort;
port?.postMessage({ type: "ready" });
port?.on("message", (message: ToWorker) => {
  if (message.type === "close") return port.close();
  if (message.type === "requests") for (const request of message.requests) answer(request);
});

function answer(request: Request): void {
  if (request.name === "settings.put") process.exit(1);
  if (request.name === "cdrs.search") return;
  port?.postMessage({ type: "replies", replies: [{ id: request.id, ok: true, value: request.name }] });
}
