import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/calls/:id"],
  title: "Call",
  scope: "calls:read",
  order: null,
  load: () => import("./call.tsx"),
};
