import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { documentPath } from "../../../runtime/http/openapi.ts";
import { routes } from "../../../runtime/http/routes/table.ts";
import { examplePath, type FakeSwitch, startFakeSwitch } from "./fake-switch.ts";

describe("the OpenAPI document", () => {
  let api: FakeSwitch;
  // biome-ignore lint/suspicious/noExplicitAny: the document is walked as it is.
  let document: any;

  beforeAll(async () => {
    api = await startFakeSwitch();
    document = (await api.send("GET", "/v1/openapi.json", { token: null })).body;
  });
  afterAll(() => api.close());

  const table = routes.map((route) => [`${route.method} ${route.path}`, route] as const);

  it.each(table)("describes %s, which the server answers", async (_title, route) => {
    const operation = document.paths[documentPath(route.path)][route.method];
    expect(operation.summary).toBe(route.summary);
    expect(Object.keys(operation.responses)).toEqual([...Object.keys(route.responses), "default"]);
    const inPath = (operation.parameters ?? []).filter((parameter: { in: string }) => parameter.in === "path");
    expect(inPath.map((parameter: { name: string }) => parameter.name)).toEqual(
      [...documentPath(route.path).matchAll(/\{(\w+)\}/g)].map((match) => match[1]),
    );
    // Whoever may do nothing is told so by the route itself: a path or method that is not served answers 404 or 405.
    const token = await api.token(`${route.method} ${route.path}`, "nothing");
    const answer = await api.send(route.method.toUpperCase(), examplePath(route), { token });
    const told = route.scopes === "public" ? [200, 204, 400, 403, 410] : [200, 403];
    expect(told).toContain(answer.status);
  });

  it("describes nothing that is not served", () => {
    const described = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item as object).map((method) => `${method} ${path}`),
    );
    expect(described.sort()).toEqual(routes.map((route) => `${route.method} ${documentPath(route.path)}`).sort());
  });

  it("names each operation once, and says which version of OpenAPI it is written in", () => {
    const ids = Object.values(document.paths).flatMap((item) =>
      Object.values(item as Record<string, { operationId: string }>).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
    expect(document.openapi).toBe("3.1.0");
  });

  it("has no reference that leads nowhere", () => {
    for (const [, name] of JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty([name ?? ""]);
    }
  });

  it("describes decisions by the schema that they are checked against", () => {
    expect(JSON.stringify(document.components.schemas.Plan)).toContain('"ringSeconds"');
    expect(JSON.stringify(document.components.schemas.RouteInput)).toContain('"fallback"');
  });
});
