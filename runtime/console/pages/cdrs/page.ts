import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/cdrs"],
  title: "CDRs",
  scope: "cdrs:read",
  order: 20,
  load: () => import("./cdrs.tsx"),
};
