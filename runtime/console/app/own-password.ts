/** The password that somebody chooses for themselves, looked at before the switch is asked. */

/** As the contract has them (`ownPasswordSchema`). */
export const FEWEST_CHARACTERS = 12;
export const MOST_CHARACTERS = 256;

export interface ChosenPassword {
  readonly password: string;
  /** The same, typed once more. */
  readonly again: string;
}

/** What is wrong, by field; empty where the switch has the word. */
export function wrongWith({ password, again }: ChosenPassword): ReadonlyMap<keyof ChosenPassword, string> {
  const wrong = new Map<keyof ChosenPassword, string>();
  if (password.length < FEWEST_CHARACTERS) {
    wrong.set("password", `This is too short: at least ${FEWEST_CHARACTERS} characters.`);
  }
  if (password.length > MOST_CHARACTERS) {
    wrong.set("password", `This is too long: at most ${MOST_CHARACTERS} characters.`);
  }
  if (again !== password) wrong.set("again", "This is not the same as the new password.");
  return wrong;
}
