/** Users and their phones, for scripts: looked up in memory, never with anything secret. */
import type { RegistrationView } from "./switch.ts";

export interface DirectoryUser {
  readonly name: string;
  readonly extension: string | null;
  readonly displayName: string | null;
}

export interface ScriptDirectory {
  byName(domain: string, name: string): DirectoryUser | undefined;
  byExtension(domain: string, extension: string): DirectoryUser | undefined;
  /** In the order of their names, from the one after `after`. */
  users(domain: string, after: string | undefined, limit: number): readonly DirectoryUser[];
  isRegistered(domain: string, name: string): boolean;
  /** Best first. */
  contacts(domain: string, name: string): readonly RegistrationView[];
}
