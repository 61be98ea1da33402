/**
 * What a browser will need for the first page is named in the head of the HTML, so that it asks for all of it at once and not
 * for one file after the other: the scripts and styles of Live, and who is signed in.
 */
import type { HtmlTagDescriptor, Plugin, Rolldown } from "vite";

const FIRST_PAGE = "pages/live/live.tsx";

export function firstPage(): Plugin {
  return {
    name: "first-page",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle = {} }) => {
        const chunks = new Map<string, Rolldown.OutputChunk>();
        for (const file of Object.values(bundle)) if (file.type === "chunk") chunks.set(file.fileName, file);
        const page = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(FIRST_PAGE));
        if (page === undefined) throw new Error(`There is no ${FIRST_PAGE} among what was built.`);
        const needed = [...withImports(page, chunks)];
        const scripts = needed.map(({ fileName }) => fileName);
        const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]);
        const isNew = (file: string): boolean => !html.includes(file);
        return [
          // As `fetch` asks for it: with the cookie, since it is of the same origin.
          link({ rel: "preload", as: "fetch", href: "/v1/session", crossorigin: "anonymous" }),
          ...scripts.filter(isNew).map((file) => link({ rel: "modulepreload", href: `/${file}` })),
          ...styles.filter(isNew).map((file) => link({ rel: "preload", as: "style", href: `/${file}` })),
        ];
      },
    },
  };
}

/** A script and all that it imports, each once. */
function withImports(
  chunk: Rolldown.OutputChunk,
  chunks: ReadonlyMap<string, Rolldown.OutputChunk>,
  found = new Set<Rolldown.OutputChunk>(),
): ReadonlySet<Rolldown.OutputChunk> {
  if (found.has(chunk)) return found;
  found.add(chunk);
  for (const name of chunk.imports) {
    const imported = chunks.get(name);
    if (imported !== undefined) withImports(imported, chunks, found);
  }
  return found;
}

function link(attrs: Readonly<Record<string, string>>): HtmlTagDescriptor {
  return { tag: "link", attrs, injectTo: "head" };
}
