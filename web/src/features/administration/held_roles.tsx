import { useState } from 'react';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { api, dataOf, type Schemas } from '../../api/client';
import { useCommand } from '../../api/command';
import { useUtility } from '../../app/utility';
import { ConfirmDialog } from '../../ui/confirm';
import { useFieldProblem } from '../../ui/problem_view';
import { toast } from '../../ui/toast';
import { useRoleName } from './role_words';
import { useText } from './text';
import { useSpan } from './users_page';

type Assignment = Schemas['Assignment'];

function EndRole({ assignment, onClose }: { assignment: Assignment; onClose: () => void }) {
  const t = useText();
  const { today } = useUtility();
  const role = useRoleName()(assignment.role);
  const [to, setTo] = useState(today);
  const end = useCommand(
    (body: { to: string }, header) =>
      dataOf(
        api.POST('/assignments/{assignment}/end', {
          params: { path: { assignment: assignment.assignment }, header },
          body,
        }),
      ),
    {
      stale: [['users']],
      done: () => {
        onClose();
        toast(t('role_ended'));
      },
    },
  );
  const fieldProblem = useFieldProblem(end.problem);
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('end_role_of', { role })}
      action={t('end_role')}
      isBusy={end.isBusy}
      isWaiting={to === ''}
      problem={end.problem}
      fields={['to']}
      onConfirm={() => end.send({ to })}
    >
      <Stack gap="sm">
        <Text size="sm">{t('end_says', { role })}</Text>
        <TextInput
          data-autofocus
          type="date"
          label={t('from')}
          value={to}
          error={fieldProblem('to')}
          onChange={(event) => setTo(event.currentTarget.value)}
        />
      </Stack>
    </ConfirmDialog>
  );
}

export function HeldRoles({ user }: { user: Schemas['User'] }) {
  const t = useText();
  const roleName = useRoleName();
  const span = useSpan();
  const { today } = useUtility();
  const [ending, setEnding] = useState<Assignment>();
  if (user.assignments.length === 0) return <Text size="sm">{t('no_assignments')}</Text>;
  return (
    <Stack gap={4}>
      {user.assignments.map((each) => (
        <Group key={each.assignment} justify="space-between" wrap="nowrap">
          <Text size="sm">
            {roleName(each.role)} · <bdi>{each.unit ?? t('everywhere')}</bdi> · {span(each)}
          </Text>
          {(each.to === undefined || each.to > today) && (
            <Button
              size="compact-xs"
              variant="default"
              flex="none"
              aria-label={t('end_role_of', { role: roleName(each.role) })}
              onClick={() => setEnding(each)}
            >
              {t('end_role')}
            </Button>
          )}
        </Group>
      ))}
      {ending && <EndRole assignment={ending} onClose={() => setEnding(undefined)} />}
    </Stack>
  );
}
