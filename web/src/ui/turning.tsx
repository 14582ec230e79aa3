// The way to the next and the previous page of a list.
import { Button, Group, Text } from '@mantine/core';
import type { Pager } from '../api/pages';
import { useSharedText } from '../text/text';
import { Icon } from './icons';

export function Turning({ page, pager }: { page: { next?: string }; pager: Pager }) {
  const t = useSharedText();
  const { next } = page;
  if (next === undefined && pager.number === 1) return null;
  return (
    <Group justify="space-between" mt="xs">
      <Text size="sm" aria-live="polite">
        {t('page', { number: pager.number })}
      </Text>
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          disabled={pager.number === 1}
          onClick={pager.back}
          leftSection={<Icon name="back" size={14} />}
        >
          {t('page_back')}
        </Button>
        <Button
          variant="default"
          size="xs"
          disabled={next === undefined}
          rightSection={<Icon name="next" size={14} />}
          onClick={() => next !== undefined && pager.forward(next)}
        >
          {t('page_next')}
        </Button>
      </Group>
    </Group>
  );
}
