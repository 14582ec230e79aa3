import { Button, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, dataOf } from '../api/client';
import { useCommand } from '../api/command';
import { LANGUAGES } from '../text/languages';
import { useLocale } from '../text/locale';
import { useSharedText } from '../text/text';
import { Icon } from '../ui/icons';
import classes from './frame.module.css';
import { signedOut, useMe } from './session';

const THEMES = ['light', 'dark', 'auto'] as const;

/** Language and colours; also stands on the sign-in page. */
export function AppearanceItems() {
  const t = useSharedText();
  const { choice, choose } = useLocale();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <>
      <Menu.Label>{t('language')}</Menu.Label>
      {LANGUAGES.map((each) => (
        <Menu.Item
          key={each.code}
          onClick={() => choose(each.code)}
          aria-current={each.code === choice.code}
          rightSection={each.code === choice.code ? <Icon name="done" size={14} /> : undefined}
          lang={each.locale}
        >
          {each.name}
        </Menu.Item>
      ))}
      <Menu.Label>{t('theme')}</Menu.Label>
      {THEMES.map((each) => (
        <Menu.Item
          key={each}
          onClick={() => setColorScheme(each)}
          aria-current={each === colorScheme}
          rightSection={each === colorScheme ? <Icon name="done" size={14} /> : undefined}
        >
          {t(`theme_${each}`)}
        </Menu.Item>
      ))}
    </>
  );
}

export function UserMenu({ openShortcuts }: { openShortcuts: () => void }) {
  const t = useSharedText();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const leave = useCommand((_: undefined, header) => dataOf(api.DELETE('/session', { params: { header } })), {
    done: () => {
      void navigate({ to: '/sign-in' }).then(() => signedOut(queries));
    },
  });
  return (
    <Menu defaultOpened position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<Icon name="person" />}
          aria-label={t('user_menu', { name: me.name })}
        >
          <span className={classes.name}>{me.name}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <AppearanceItems />
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="gear" />} onClick={() => void navigate({ to: '/settings' })}>
          {t('account_settings')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="keyboard" />} onClick={openShortcuts}>
          {t('shortcuts')}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="signOut" />} onClick={() => leave.send(undefined)}>
          {t('sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
