// One user: roles given and ended, the way in (password link, second factor), enabled or not.
import { useState } from 'react';
import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useSharedText } from '../../text/text';
import { ConfirmDialog } from '../../ui/confirm';
import { ProblemBanner } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { Code } from '../../ui/values';
import { GiveRole } from './give_role';
import { HeldRoles } from './held_roles';
import { useText } from './text';

type User = Schemas['User'];

function PasswordLink({ user }: { user: User }) {
  const t = useText();
  const make = useCommand((_: undefined, header) =>
    dataOf(api.POST('/users/{user}/password-link', { params: { path: { user: user.user }, header } })),
  );
  return (
    <>
      <Button variant="default" loading={make.isBusy} onClick={() => make.send(undefined)}>
        {t('link_make')}
      </Button>
      <ProblemBanner problem={make.problem} />
      {make.output && (
        <Alert
          color="orange"
          title={t('link')}
          withCloseButton
          closeButtonLabel={t('link_close')}
          onClose={make.reset}
          w="100%"
        >
          <Text size="sm">{t('link_says', { user: user.name })}</Text>
          <Code>{`${globalThis.location.origin}/setup#${make.output.token}`}</Code>
          <Text size="sm" mt={4}>
            {t('link_about', { user: user.name })}
          </Text>
        </Alert>
      )}
    </>
  );
}

function Presence({ user }: { user: User }) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const change = useCommand(
    (presence: 'enabled' | 'disabled', header) =>
      dataOf(api.POST('/users/{user}/presence', { params: { path: { user: user.user }, header }, body: { presence } })),
    {
      stale: [['users']],
      done: () => {
        setOpened(false);
        toast(t('presence_changed'));
      },
    },
  );
  const action = t(user.disabled ? 'enable' : 'disable');
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {action}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={action}
        action={action}
        isDestructive={!user.disabled}
        isBusy={change.isBusy}
        problem={change.problem}
        onConfirm={() => change.send(user.disabled ? 'enabled' : 'disabled')}
      >
        <Text size="sm">{t(user.disabled ? 'enable_says' : 'disable_says', { user: user.name })}</Text>
      </ConfirmDialog>
    </>
  );
}

function SecondFactor({ user }: { user: User }) {
  const t = useText();
  const [opened, setOpened] = useState(false);
  const reset = useCommand(
    (_: undefined, header) =>
      dataOf(api.POST('/users/{user}/second-factor-reset', { params: { path: { user: user.user }, header } })),
    {
      done: () => {
        setOpened(false);
        toast(t('factor_reset'));
      },
    },
  );
  return (
    <>
      <Button variant="default" onClick={() => setOpened(true)}>
        {t('reset_factor')}
      </Button>
      <ConfirmDialog
        opened={opened}
        onClose={() => setOpened(false)}
        title={t('reset_factor')}
        action={t('reset_factor')}
        isBusy={reset.isBusy}
        problem={reset.problem}
        onConfirm={() => reset.send(undefined)}
      >
        <Text size="sm">{t('reset_factor_says', { user: user.name })}</Text>
      </ConfirmDialog>
    </>
  );
}

export function ManageUser({ user, onClose }: { user: User; onClose: () => void }) {
  const t = useText();
  const shared = useSharedText();
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('manage_of', { user: user.name })}
      closeButtonProps={{ 'aria-label': shared('close') }}
    >
      <Stack gap="md">
        <Title order={3}>{t('assignments')}</Title>
        <HeldRoles user={user} />
        <GiveRole user={user} />
        <Group gap="xs">
          <PasswordLink user={user} />
          <SecondFactor user={user} />
          <Presence user={user} />
        </Group>
        <Group justify="flex-end">
          <Button onClick={onClose}>{t('close')}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
