import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/scripts", "/scripts/:name"],
  title: "Scripts",
  scope: "scripts:read",
  order: 30,
  stateOf: ({ name = "" }) => name,
  load: () => import("./scripts.tsx"),
};
