/** Failures that are of the disk and of other programs, and may pass; the rest is of the write itself. */
const PASSING =
  /disk is full|ENOSPC|is locked|is busy|disk I\/O|readonly|unable to open|being opened|wait for the database|worker/i;

export function mayPass(message: string): boolean {
  return PASSING.test(message);
}
