// Tokens by which programs act for somebody: what for, until when, taken back at any time. The secret is told once.
import { useState } from 'react';
import { Alert, Badge, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf, type Schemas } from '../../../api/client';
import { useCommand } from '../../../api/command';
import { ConfirmDialog } from '../../../ui/confirm';
import { PagedTable, type Column } from '../../../ui/paged_table';
import { Empty } from '../../../ui/states';
import { toast } from '../../../ui/toast';
import { Code, Instant } from '../../../ui/values';
import { useText } from '../text';
import { NewToken } from './new_token';
import { tokensQuery } from './queries';

type Token = Schemas['Token'];

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const t = useText();
  const revoke = useCommand(
    (_: undefined, header) =>
      dataOf(api.DELETE('/me/tokens/{token}', { params: { path: { token: token.token }, header } })),
    {
      stale: [tokensQuery.queryKey],
      done: () => {
        onClose();
        toast(t('token_revoked'));
      },
    },
  );
  return (
    <ConfirmDialog
      opened
      onClose={onClose}
      title={t('token_revoke')}
      action={t('token_revoke')}
      isBusy={revoke.isBusy}
      problem={revoke.problem}
      onConfirm={() => revoke.send(undefined)}
    >
      <Text size="sm">{t('token_revoke_says', { name: token.name })}</Text>
    </ConfirmDialog>
  );
}

export function Tokens() {
  const t = useText();
  const [leaving, setLeaving] = useState<Token>();
  const [secret, setSecret] = useState<string>();
  const columns: Column<Token>[] = [
    { key: 'name', title: t('token_name'), cell: (row) => <bdi>{row.name}</bdi> },
    { key: 'scopes', title: t('token_scopes'), isMinor: true, cell: (row) => row.scopes.join(', ') },
    { key: 'expires', title: t('expires'), cell: (row) => <Instant at={row.expires_at} /> },
    { key: 'used', title: t('last_used'), isMinor: true, cell: (row) => <Instant at={row.used_at} /> },
    {
      key: 'revoke',
      title: t('end'),
      cell: (row) =>
        row.revoked_at === undefined ? (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={t('token_revoke_of', { name: row.name })}
            onClick={() => setLeaving(row)}
          >
            {t('token_revoke')}
          </Button>
        ) : (
          <Badge color="gray">{t('token_is_revoked')}</Badge>
        ),
    },
  ];
  return (
    <Stack gap="sm" align="stretch">
      {secret !== undefined && (
        <Alert
          color="orange"
          title={t('secret_title')}
          withCloseButton
          closeButtonLabel={t('secret_kept')}
          onClose={() => setSecret(undefined)}
        >
          <Text size="sm">{t('secret_says')}</Text>
          <Code>{secret}</Code>
        </Alert>
      )}
      <PagedTable
        label={t('tokens')}
        columns={columns}
        asked={useQuery(tokensQuery)}
        rowKey={(row) => row.token}
        empty={<Empty title={t('no_tokens')}>{t('no_tokens_hint')}</Empty>}
      />
      <div>
        <NewToken onMade={setSecret} />
      </div>
      {leaving && <Revoke token={leaving} onClose={() => setLeaving(undefined)} />}
    </Stack>
  );
}
