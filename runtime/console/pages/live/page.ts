import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/live"],
  title: "Live",
  scope: "calls:read",
  order: 10,
  load: () => import("./live.tsx"),
};
