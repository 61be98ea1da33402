/** What an operator can do about a failure of the database. SQLite says what is wrong in fixed words, and no more. */
const advice: readonly (readonly [RegExp, string])[] = [
  [/not a database|malformed/, "the file is damaged: put a backup in its place, or move it away to begin with none"],
  [/disk is full/, "free some space on its disk"],
  [/readonly|unable to open|disk I\/O|E[A-Z]{4,}:/, "this user must be able to write the file and its folder"],
  [/is locked/, "another program is writing to it: stop that one"],
];

/** The message of a failure, with the file and what to do. */
export function describeFailure(file: string, message: string): string {
  const known = advice.find(([pattern]) => pattern.test(message));
  return known === undefined ? `${file}: ${message}` : `${file}: ${message}; ${known[1]}`;
}
