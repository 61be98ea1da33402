/** How long, and how much, may be registered. */
export interface RegistrarLimits {
  /** Shorter registrations are refused with 423. @default 60 */
  readonly minSeconds: number;
  /** Longer ones are shortened. @default 3600 */
  readonly maxSeconds: number;
  /** Where the phone asks for no time. @default 300 */
  readonly defaultSeconds: number;
  /** Contacts per address-of-record. @default 10 */
  readonly maxContacts: number;
  /** Contacts that one address may have registered, of all users together. @default 5000 */
  readonly maxContactsOfSource: number;
}

export const REGISTRAR_LIMITS: RegistrarLimits = {
  minSeconds: 60,
  maxSeconds: 3600,
  defaultSeconds: 300,
  maxContacts: 10,
  maxContactsOfSource: 5000,
};
