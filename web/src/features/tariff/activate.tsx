// A draft's way into force. Who imported it asks a second person.
import { useState } from 'react';
import { Alert, Button, Text } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { ConfirmDialog } from '../../ui/confirm';
import { Icon } from '../../ui/icons';
import { toast } from '../../ui/toast';
import { useText } from './text';

export function Activate({ version }: { version: Schemas['TariffVersion'] }) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const place = { tariff: version.tariff, version: version.version };
  const activate = useCommand(
    (_: undefined, header) =>
      dataOf(api.POST('/tariffs/{tariff}/versions/{version}/activation', { params: { path: { ...place }, header } })),
    {
      stale: [['tariff'], ['tariffs']],
      done: () => {
        setOpened(false);
        toast(t('activated'));
      },
    },
  );
  const isOwn = activate.problem?.kind === 'own_import';
  const open = () => {
    activate.reset();
    setOpened(true);
  };
  return (
    <>
      <Button onClick={open}>{t('activate')}</Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('activate')}
        action={t('activate')}
        isBusy={activate.isBusy}
        isWaiting={isOwn}
        problem={isOwn ? undefined : activate.problem}
        onConfirm={() => activate.send(undefined)}
      >
        <Text size="sm">{t('activate_says')}</Text>
        {(isOwn || version.own_import) && (
          <Alert
            mt="sm"
            color="orange"
            title={t('own_import')}
            icon={<Icon name="warning" />}
            role={isOwn ? 'alert' : undefined}
          >
            <Text size="sm">{t('own_import_says')}</Text>
          </Alert>
        )}
      </ConfirmDialog>
    </>
  );
}
