/** Who the phone is, as it is typed. Kept in memory alone: gone when the tab is closed or loaded anew. */

export interface Account {
  readonly user: string;
  readonly domain: string;
  readonly password: string;
}

let kept: { readonly account: Account; readonly by: string } | null = null;

/** What `by`, who is signed in to the console, has typed before. */
export function keptAccount(by: string): Account | null {
  return kept?.by === by ? kept.account : null;
}

export function keepAccount(account: Account | null, by: string): void {
  kept = account === null ? null : { account, by };
}
