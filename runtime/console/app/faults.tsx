/** A fault of one page leaves the rest of the console as it is. */
import { Component, type ComponentChildren } from "preact";
import { EmptyState } from "../components/empty-state.tsx";

export class Faults extends Component<{ readonly children: ComponentChildren }, { readonly error: Error | null }> {
  override state = { error: null };

  static override getDerivedStateFromError(error: Error) {
    return { error };
  }

  override componentDidCatch(error: Error): void {
    console.error(error);
  }

  override render() {
    const { error } = this.state as { error: Error | null };
    if (error === null) return this.props.children;
    return (
      <EmptyState title="This page has a fault">
        {error.message}. The console of the browser has the details; load the page again to go on.
      </EmptyState>
    );
  }
}
