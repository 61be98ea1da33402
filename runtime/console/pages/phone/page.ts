import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/phone"],
  title: "Phone",
  scope: null,
  order: 80,
  load: () => import("./phone-page.tsx"),
};
