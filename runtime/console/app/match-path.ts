/** Paths of pages: `/scripts/:name` is one segment, `/scripts/:name/files/*` has the rest in `rest`. */
export type PathParams = Readonly<Record<string, string>>;

export function matchPath(pattern: string, path: string): PathParams | undefined {
  const wanted = pattern.split("/");
  const found = path.replace(/(.)\/$/, "$1").split("/");
  const hasRest = wanted.at(-1) === "*";
  if (hasRest ? found.length < wanted.length : found.length !== wanted.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    const text = segment === "*" ? found.slice(index).join("/") : (found[index] ?? "");
    if (segment === "*" || segment.startsWith(":")) {
      const decoded = decode(text);
      if (decoded === undefined || decoded === "") return undefined;
      params[segment === "*" ? "rest" : segment.slice(1)] = decoded;
    } else if (segment !== text) {
      return undefined;
    }
  }
  return params;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
