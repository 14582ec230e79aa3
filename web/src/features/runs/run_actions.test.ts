import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { actionsOf } from './run_actions';

const run = (state: Schemas['Run']['state'], working: boolean) => ({ state, working }) as Schemas['Run'];

describe('actionsOf', () => {
  it('lets a run that works only be stopped', () => {
    expect(actionsOf(run('rating', true))).toEqual(['stop']);
    expect(actionsOf(run('issuing', true))).toEqual(['stop']);
  });

  it('lets one that was cut off go on, and be cancelled as long as no bill is in force', () => {
    expect(actionsOf(run('rating', false))).toEqual(['resume', 'cancel']);
    expect(actionsOf(run('issuing', false))).toEqual(['resume']);
  });

  it('lets a checked one be released or cancelled, and a finished one rest', () => {
    expect(actionsOf(run('checked', false))).toEqual(['release', 'cancel']);
    expect(actionsOf(run('issued', false))).toEqual([]);
    expect(actionsOf(run('cancelled', false))).toEqual([]);
  });
});
