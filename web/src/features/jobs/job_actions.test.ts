import { describe, expect, it } from 'vitest';
import type { Schemas } from '../../api/client';
import { actionsOf } from './job_actions';

const job = (state: Schemas['Job']['state'], stop_asked = false): Schemas['Job'] => ({
  job: 1,
  kind: 'import_reads',
  title: 'june.csv',
  state,
  stop_asked,
  phase: '',
  done: 0,
  total: 0,
  message: '',
  started_by: 'ada',
  started_at: '2026-06-01T10:00:00Z',
  updated_at: '2026-06-01T10:00:00Z',
});

describe('actionsOf', () => {
  it('stops what is at work, once', () => {
    expect(actionsOf(job('running'))).toEqual(['stop']);
    expect(actionsOf(job('running', true))).toEqual([]);
  });
  it('gives up what waits or has stopped, and goes on with what stopped or failed', () => {
    expect(actionsOf(job('queued'))).toEqual(['cancel']);
    expect(actionsOf(job('stopped'))).toEqual(['resume', 'cancel']);
    expect(actionsOf(job('failed'))).toEqual(['resume']);
  });
  it('offers nothing for what is over', () => {
    expect(actionsOf(job('done'))).toEqual([]);
    expect(actionsOf(job('cancelled'))).toEqual([]);
  });
});
