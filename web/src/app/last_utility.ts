import type { Me } from './session';

const STORED_AS = 'mainspring.utility';

export const rememberUtility = (code: string): void => localStorage.setItem(STORED_AS, code);

/** The utility this person looked at last on this device, else the first one. */
export function lastUtility(me: Me): string | undefined {
  const stored = localStorage.getItem(STORED_AS);
  return (me.utilities.find((each) => each.code === stored) ?? me.utilities[0])?.code;
}
