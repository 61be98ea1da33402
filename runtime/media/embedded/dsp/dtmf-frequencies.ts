/** The keys of DTMF and their pairs of frequencies (ITU-T Q.23). */

export const DTMF_ROWS: readonly number[] = [697, 770, 852, 941];
export const DTMF_COLUMNS: readonly number[] = [1209, 1336, 1477, 1633];
/** Row by row. */
const KEYS = "123A456B789C*0#D";

export function dtmfKey(row: number, column: number): string {
  return KEYS.charAt(4 * row + column);
}

/** The pair of a key, or `null`: no such key. Letters may be small. */
export function dtmfPair(key: string): { readonly row: number; readonly column: number } | null {
  const index = key.length === 1 ? KEYS.indexOf(key.toUpperCase()) : -1;
  const row = DTMF_ROWS[index >> 2];
  const column = DTMF_COLUMNS[index & 3];
  return index < 0 || row === undefined || column === undefined ? null : { row, column };
}
