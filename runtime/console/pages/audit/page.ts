import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/audit"],
  title: "Audit",
  scope: "audit:read",
  order: 100,
  stateOf: () => "",
  load: () => import("./audit.tsx"),
};
