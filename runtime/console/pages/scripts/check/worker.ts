/** TypeScript beside the page, in a thread of its own: however long it thinks, the editor stays quick. */
import { Language } from "./language.ts";
import { libraries } from "./libraries.ts";
import type { Asked, Told } from "./protocol.ts";

/** The part of a worker's scope that is used here. */
const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<Asked>) => void) | null;
  postMessage(told: Told): void;
};
const language = new Language(libraries());

scope.onmessage = ({ data: { id, files, question } }) => {
  try {
    if (files !== null) language.set(files);
    scope.postMessage({ id, answer: language.answer(question) });
  } catch (error) {
    scope.postMessage({ id, problem: error instanceof Error ? error.message : String(error) });
  }
};
