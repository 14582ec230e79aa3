// The page around forms that are shown before anybody is signed in.
import type { ReactNode } from 'react';
import { Button, Menu, Title } from '@mantine/core';
import { AppearanceItems } from '../../app/user_menu';
import { Icon } from '../../ui/icons';
import classes from './outside.module.css';
import { useText } from './text';

export function Outside({ title, children }: { title: string; children: ReactNode }) {
  const t = useText();
  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <p className={classes.brand}>Mainspring</p>
        <Title order={1} mb="md">
          {title}
        </Title>
        {children}
      </div>
      <Menu withinPortal={false} withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default" size="xs" leftSection={<Icon name="language" />}>
            {t('appearance')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <AppearanceItems />
        </Menu.Dropdown>
      </Menu>
    </main>
  );
}
