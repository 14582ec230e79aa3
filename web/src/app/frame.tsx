// The frame around every page of staff: head with search, navigation, content.
import { Suspense, lazy, useState } from 'react';
import { Button, Kbd, UnstyledButton } from '@mantine/core';
import { Outlet, useRouterState } from '@tanstack/react-router';
import { useSharedText } from '../text/text';
import { Icon } from '../ui/icons';
import { Loading } from '../ui/states';
import classes from './frame.module.css';
import { Navigation } from './navigation';
import { SearchDialog } from './search_dialog';
import { useShortcuts } from './shortcuts';
import { UserButton } from './user_button';
import { UtilitySwitch } from './utility_switch';

const ShortcutsDialog = lazy(() =>
  import('./shortcuts_dialog').then((module) => ({ default: module.ShortcutsDialog })),
);

type Dialog = 'search' | 'shortcuts' | undefined;

function SearchButton({ onClick }: { onClick: () => void }) {
  const t = useSharedText();
  return (
    <UnstyledButton className={classes.search} onClick={onClick} aria-keyshortcuts="Control+K">
      <Icon name="search" /> <span className={classes.word}>{t('search')}</span>{' '}
      <Kbd size="xs" className={classes.wide} aria-hidden="true">
        Ctrl K
      </Kbd>
    </UnstyledButton>
  );
}

export function Frame() {
  const t = useSharedText();
  const [dialog, setDialog] = useState<Dialog>();
  const [menuFor, setMenuFor] = useState<string>();
  const place = useRouterState({ select: (state) => state.location.pathname });
  // The menu of a phone closes by itself when another page is shown.
  const isMenuOpen = menuFor === place;
  useShortcuts({ search: () => setDialog('search'), help: () => setDialog('shortcuts') });
  const close = () => setDialog(undefined);
  return (
    <div className={classes.frame} data-menu={isMenuOpen}>
      <a href="#content" className="skip">
        {t('skip')}
      </a>
      <header className={classes.head}>
        <Button
          variant="default"
          size="xs"
          px={8}
          className={classes.burger}
          aria-expanded={isMenuOpen}
          aria-controls="navigation"
          onClick={() => setMenuFor(isMenuOpen ? undefined : place)}
          aria-label={isMenuOpen ? t('menu_close') : t('menu_open')}
        >
          <Icon name={isMenuOpen ? 'close' : 'menu'} />
        </Button>
        <span className={classes.brand}>Mainspring</span>
        <UtilitySwitch />
        <SearchButton onClick={() => setDialog('search')} />
        <UserButton openShortcuts={() => setDialog('shortcuts')} />
      </header>
      <nav id="navigation" className={classes.navigation} aria-label={t('main_navigation')}>
        <Navigation />
      </nav>
      <main id="content" className={classes.content} tabIndex={-1}>
        <Suspense fallback={<Loading />}>
          <Outlet />
        </Suspense>
      </main>
      {dialog === 'search' && <SearchDialog onClose={close} />}
      {dialog === 'shortcuts' && (
        <Suspense>
          <ShortcutsDialog onClose={close} />
        </Suspense>
      )}
    </div>
  );
}
