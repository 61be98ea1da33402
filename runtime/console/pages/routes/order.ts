/** The order of routes while somebody moves them. Pure. */
import type { RouteBody } from "../../../contract/resource-api.ts";

/** Names of the routes that may be moved: those of the configuration stay in front, as the file has them. */
export function movable(routes: readonly RouteBody[]): readonly string[] {
  return routes.filter(({ managed }) => !managed).map(({ name }) => name);
}

/** `name` at the place that `index` says, the others around it; places beyond the ends are the ends. */
export function moved(names: readonly string[], name: string, index: number): readonly string[] {
  const others = names.filter((other) => other !== name);
  return others.toSpliced(Math.max(0, index), 0, name);
}
