// The button of the user's menu. The menu itself comes when it is first wanted, so that no page waits for it.
import { Suspense, lazy, useState } from 'react';
import { Button } from '@mantine/core';
import { useSharedText } from '../text/text';
import { Icon } from '../ui/icons';
import classes from './frame.module.css';
import { useMe } from './session';

const UserMenu = lazy(() => import('./user_menu').then((module) => ({ default: module.UserMenu })));

export function UserButton({ openShortcuts }: { openShortcuts: () => void }) {
  const t = useSharedText();
  const me = useMe();
  const [isWanted, setWanted] = useState(false);
  const button = (
    <Button
      variant="default"
      size="xs"
      leftSection={<Icon name="person" />}
      aria-label={t('user_menu', { name: me.name })}
      aria-haspopup="menu"
      onClick={() => setWanted(true)}
    >
      <span className={classes.name}>{me.name}</span>
    </Button>
  );
  if (!isWanted) return button;
  return (
    <Suspense fallback={button}>
      <UserMenu openShortcuts={openShortcuts} />
    </Suspense>
  );
}
