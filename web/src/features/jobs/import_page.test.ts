import { describe, expect, it } from 'vitest';
import { questionOf } from './import_page';

const wanted = {
  kind: 'reads',
  isTrial: false,
  unit: 'north',
  format: 'csv',
  profile: 'columns: {}',
  series: ' day ahead ',
  minutes: 30,
} as const;

describe('questionOf', () => {
  it('says only what the kind takes', () => {
    expect(questionOf(wanted, 'a.csv')).toEqual({ kind: 'reads', file_name: 'a.csv' });
    expect(questionOf({ ...wanted, kind: 'meters' }, 'a.csv')).toEqual({ kind: 'meters', file_name: 'a.csv' });
    expect(questionOf({ ...wanted, kind: 'accounts' }, 'a.csv')).toMatchObject({ org_unit: 'north' });
    expect(questionOf({ ...wanted, kind: 'prices' }, 'a.csv')).toMatchObject({ series: 'day ahead', minutes: 30 });
  });
  it('says the profile only with its format', () => {
    expect(questionOf({ ...wanted, format: 'profile' }, 'a.csv')).toMatchObject({ profile: 'columns: {}' });
    expect(questionOf({ ...wanted, format: 'nem' }, 'a.csv')).toEqual({
      kind: 'reads',
      file_name: 'a.csv',
      format: 'nem',
    });
  });
  it('says that it is a trial', () => {
    expect(questionOf({ ...wanted, isTrial: true }, 'a.csv')).toMatchObject({ dry_run: true });
  });
});
