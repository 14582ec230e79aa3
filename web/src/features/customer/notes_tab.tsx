import { useState } from 'react';
import { Button, Group, Paper, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api, dataOf } from '../../api/client';
import { useCommand } from '../../api/command';
import { usePager } from '../../api/pages';
import { may, useMe } from '../../app/session';
import { Asked } from '../../ui/asked';
import { ProblemBanner, useFieldProblem } from '../../ui/problem_view';
import { Empty } from '../../ui/states';
import { toast } from '../../ui/toast';
import { Turning } from '../../ui/turning';
import { Instant } from '../../ui/values';
import { accountKey, notesQuery, type AccountPlace } from './queries';
import { useText } from './text';

function NewNote({ place }: { place: AccountPlace }) {
  const t = useText();
  const [text, setText] = useState('');
  const add = useCommand(
    (body: { text: string }, header) =>
      dataOf(
        api.POST('/utilities/{utility}/accounts/{account}/notes', {
          params: { path: { ...place }, header },
          body,
        }),
      ),
    {
      stale: [accountKey(place)],
      done: () => {
        setText('');
        toast(t('note_added'));
      },
    },
  );
  const fieldProblem = useFieldProblem(add.problem);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.send({ text: text.trim() });
      }}
    >
      <Stack gap="xs" mb="lg" maw={640}>
        <Textarea
          label={t('new_note')}
          autosize
          minRows={2}
          maxLength={4000}
          required
          withAsterisk={false}
          value={text}
          error={fieldProblem('text')}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <ProblemBanner problem={add.problem} fields={['text']} />
        <Group>
          <Button type="submit" loading={add.isBusy} disabled={text.trim() === ''}>
            {t('add_note')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function NotesTab({ place }: { place: AccountPlace }) {
  const t = useText();
  const me = useMe();
  const pager = usePager(`${place.utility} ${place.account}`);
  return (
    <>
      {may(me, 'change customers') && <NewNote place={place} />}
      <Asked query={useQuery(notesQuery(place, pager.after))}>
        {(page) => (
          <>
            {page.items.length === 0 && <Empty title={t('no_notes')} />}
            <Stack gap="sm">
              {page.items.map((note) => (
                <Paper key={`${note.at} ${note.text}`} withBorder p="sm" bg="var(--page-raised)" component="article">
                  <Text size="xs" c="dimmed">
                    <Instant at={note.at} /> · {note.by}
                  </Text>
                  <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                    <bdi>{note.text}</bdi>
                  </Text>
                </Paper>
              ))}
            </Stack>
            <Turning page={page} pager={pager} />
          </>
        )}
      </Asked>
    </>
  );
}
