/** An error as one text, with the way that led to it: it crosses to the main thread, which logs it. */
export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
