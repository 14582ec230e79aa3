// The entries that this person may use, in groups. Those of a utility lead to the one that is shown.
import { Link } from '@tanstack/react-router';
import { NAVIGATION } from '../features/navigation';
import { useLocale } from '../text/locale';
import { useSharedText } from '../text/text';
import { Icon } from '../ui/icons';
import type { NavigationEntry } from './feature';
import classes from './frame.module.css';
import { may, useMe } from './session';
import { useShownUtility } from './utility';

const GROUPS = ['overview', 'customers', 'metering', 'billing', 'money', 'administration'] as const;

export function useEntries(): NavigationEntry[] {
  const me = useMe();
  return NAVIGATION.filter((entry) => may(me, entry.permission));
}

/** Entries name pages that the router knows only when all features are put together. */
export const addressOfEntry = (utility: string, entry: NavigationEntry) =>
  `/u/${encodeURIComponent(utility)}${entry.to}` as '/';

export function Navigation() {
  const t = useSharedText();
  const { choice } = useLocale();
  const entries = useEntries();
  const utility = useShownUtility();
  if (utility === undefined) return null;
  return GROUPS.map((group) => {
    const inGroup = entries.filter((entry) => entry.group === group);
    if (inGroup.length === 0) return null;
    return (
      <div key={group}>
        <div className={classes.group} id={`group-${group}`}>
          {t(`group_${group}`)}
        </div>
        <ul className={classes.list} aria-labelledby={`group-${group}`}>
          {inGroup.map((entry) => (
            <li key={entry.to}>
              <Link to={addressOfEntry(utility, entry)} className={classes.entry} activeOptions={{ exact: false }}>
                <Icon name={entry.icon} /> {entry.label[choice.language]}
              </Link>
            </li>
          ))}
        </ul>
      </div>
    );
  });
}
