import type { PageDefinition } from "../../app/pages.ts";

export const page: PageDefinition = {
  paths: ["/users", "/users/:name"],
  title: "Users",
  scope: "users:read",
  order: 50,
  load: () => import("./users-page.tsx"),
};
