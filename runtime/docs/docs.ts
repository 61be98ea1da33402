/** The documentation of this installation, made when it is first asked for. */
import { DEFAULT_LIMITS } from "../sandbox/limits.ts";
import { llmsText } from "./llms-text.ts";
import { guideSource, sdkSources } from "./sources.ts";

export { exampleScripts, sdkSources } from "./sources.ts";

let text: string | undefined;

/** `llms.txt`. */
export function scriptingGuide(): string {
  text ??= llmsText(guideSource(), sdkSources(), DEFAULT_LIMITS);
  return text;
}
