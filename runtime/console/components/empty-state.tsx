import type { ComponentChildren } from "preact";

interface EmptyStateProps {
  readonly title: string;
  /** What to do about it. */
  readonly children?: ComponentChildren;
}

/** There is nothing here, and why. */
export function EmptyState({ title, children }: EmptyStateProps) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children !== undefined && <p class="quiet">{children}</p>}
    </div>
  );
}
