import { Badge } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useText } from './text';

const COLOURS = { draft: 'orange', active: 'teal', retired: 'gray' } as const;

export function VersionState({ state }: { state: Schemas['TariffVersion']['state'] }) {
  const t = useText();
  return <Badge color={COLOURS[state]}>{t(`state_${state}`)}</Badge>;
}
