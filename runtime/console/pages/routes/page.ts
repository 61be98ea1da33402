import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/routes"],
  title: "Routes",
  scope: "routes:read",
  order: 40,
  load: () => import("./routes.tsx"),
};
