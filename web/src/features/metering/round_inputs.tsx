// What stays the same from point to point: the day, why it was read, what the values rest on.
import { Group, NativeSelect, TextInput } from '@mantine/core';
import type { Round } from './entry_step';
import { useText } from './text';

const REASONS = ['billing', 'install', 'remove', 'move', 'check', 'multiplier'] as const;
const QUALITIES = ['actual', 'customer', 'estimated'] as const;

export function RoundInputs({ round, onRound }: { round: Round; onRound: (round: Round) => void }) {
  const t = useText();
  return (
    <Group gap="sm">
      <TextInput
        type="date"
        size="xs"
        label={t('day')}
        value={round.on}
        onChange={(event) => event.currentTarget.value !== '' && onRound({ ...round, on: event.currentTarget.value })}
      />
      <NativeSelect
        size="xs"
        label={t('reason')}
        value={round.reason}
        data={REASONS.map((each) => ({ value: each, label: t(`reason_${each}`) }))}
        onChange={(event) =>
          onRound({ ...round, reason: REASONS.find((each) => each === event.currentTarget.value) ?? 'billing' })
        }
      />
      <NativeSelect
        size="xs"
        label={t('quality')}
        value={round.quality}
        data={QUALITIES.map((each) => ({ value: each, label: t(`quality_${each}`) }))}
        onChange={(event) =>
          onRound({ ...round, quality: QUALITIES.find((each) => each === event.currentTarget.value) ?? 'actual' })
        }
      />
    </Group>
  );
}
