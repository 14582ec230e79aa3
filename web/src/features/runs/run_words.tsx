// States and causes in the reader's language.
import { Badge } from '@mantine/core';
import type { Schemas } from '../../api/client';
import { useText } from './text';

const COLOURS = { rating: 'blue', checked: 'orange', issuing: 'blue', issued: 'teal', cancelled: 'gray' } as const;

export function RunState({ run }: { run: Schemas['Run'] }) {
  const t = useText();
  const isCutOff = !run.working && (run.state === 'rating' || run.state === 'issuing');
  return (
    <>
      <Badge color={COLOURS[run.state]}>{t(`state_${run.state}`)}</Badge>
      {isCutOff && (
        <>
          {' '}
          <Badge color="orange">{t('stands_still')}</Badge>
        </>
      )}
    </>
  );
}

export const CAUSES = [
  'no_tariff',
  'no_tariff_version',
  'class_not_allowed',
  'currency_changed',
  'unit_changed',
  'fact_missing',
  'register_missing',
  'usage_missing',
  'intervals_missing',
  'price_missing',
  'input_missing',
  'no_meter',
  'opening_read_missing',
  'boundary_read_missing',
  'suspect_read',
  'read_backward',
  'read_beyond_dials',
  'below_estimate',
  'no_history',
  'estimated_too_long',
  'unit_mismatch',
  'no_calorific_value',
  'interval_gap',
  'sub_meter_missing',
  'master_meter_missing',
  'sub_meters_exceed',
  'intervals_adjusted',
  'beyond_range',
  'use_high',
  'use_low',
  'use_zero',
  'bill_negative',
] as const;

export function useCauseName(): (cause: string) => string {
  const t = useText();
  return (cause) => {
    const known = CAUSES.find((each) => each === cause);
    return known === undefined ? cause.replaceAll('_', ' ') : t(`cause_${known}`);
  };
}
