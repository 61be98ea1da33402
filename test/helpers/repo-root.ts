/** Where the checkout lies, and the published test data beside it. */
import { join } from "node:path";

export const repoRoot: string = join(import.meta.dirname, "..", "..");
export const corpusRoot: string = join(repoRoot, "..", "shared", "corpus");
