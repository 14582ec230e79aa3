// What a feature gives the frame besides its routes.
import type { Language } from '../text/languages';
import type { IconName } from '../ui/icons';

export interface NavigationEntry {
  /** Below /u/$utility: "/accounts". */
  to: string;
  label: Readonly<Record<Language, string>>;
  icon: IconName;
  group: 'overview' | 'customers' | 'metering' | 'billing' | 'money' | 'administration';
  /** Who may not do this does not see the entry. */
  permission: string;
  /** Pressed after `g`: goes there. */
  key?: string;
}
