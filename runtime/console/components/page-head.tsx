import type { ComponentChildren } from "preact";

interface PageHeadProps {
  readonly title: ComponentChildren;
  /** Buttons and filters, at the right. */
  readonly children?: ComponentChildren;
}

/** The first thing on each page: its name, and what can be done here. */
export function PageHead({ title, children }: PageHeadProps) {
  return (
    <header class="page-head">
      <h1 class="wrap">{title}</h1>
      {children !== undefined && <div class="row">{children}</div>}
    </header>
  );
}
