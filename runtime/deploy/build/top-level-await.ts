/**
 * Finds `await` outside of any function. V8 says whether there is one; which, is found by blanking the words out, the
 * last first: the one without which the module is synchronous again is the first.
 */
import { SourceTextModule } from "node:vm";
import type { Token } from "./tokens.ts";

/** Offset of the first top-level `await`, or `null` where there is none. */
export function findTopLevelAwait(source: string, tokens: readonly Token[]): number | null {
  const words = tokens.filter((token) => token.type === "name" && token.text === "await");
  if (words.length === 0 || !isAsync(source)) return null;
  let low = 0;
  let high = words.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (isAsync(withoutAwait(source, words.slice(middle), tokens))) high = middle - 1;
    else low = middle;
  }
  return words[low]?.start ?? 0;
}

function isAsync(source: string): boolean {
  try {
    return new SourceTextModule(source).hasTopLevelAwait();
  } catch {
    // Blanking out made it invalid, as a function without a name would be: the word stays a candidate.
    return true;
  }
}

/** The same length without the words: an operator of no effect in the place of `await`, nothing where it is a modifier. */
function withoutAwait(source: string, words: readonly Token[], tokens: readonly Token[]): string {
  let text = "";
  let end = 0;
  for (const word of words) {
    const index = tokens.indexOf(word);
    const modifier = tokens[index - 1]?.text === "for" || tokens[index + 1]?.text === "using";
    text += source.slice(end, word.start) + (modifier ? "     " : "void ");
    end = word.start + word.text.length;
  }
  return text + source.slice(end);
}
