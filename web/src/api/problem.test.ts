import { describe, expect, it } from 'vitest';
import { isSignedOut, problemOf, problemOfReply } from './problem';

describe('problems', () => {
  it('come from problem+json with their kind, sentence and field', () => {
    const problem = problemOfReply(422, {
      type: 'urn:mainspring:problem:unknown_account',
      title: 'Unprocessable',
      status: 422,
      detail: 'There is no account 7.',
      field: 'body.values[0].register',
      request_id: 'r-1',
    });
    expect(problem).toMatchObject({
      status: 422,
      kind: 'unknown_account',
      field: 'values[0].register',
      requestId: 'r-1',
    });
    expect(problem.message).toBe('There is no account 7.');
  });
  it('are told even when the reply is none of ours', () => {
    expect(problemOfReply(502, '<html>')).toMatchObject({ status: 502, kind: 'unexpected' });
  });
  it('pass by themselves when nobody answered or the server was busy', () => {
    expect(problemOf(new TypeError('Failed to fetch'))).toMatchObject({
      status: 0,
      kind: 'unreachable',
      isPassing: true,
    });
    expect(problemOfReply(503, undefined).isPassing).toBe(true);
    expect(problemOfReply(409, undefined).isPassing).toBe(false);
  });
  it('know that one is signed out', () => {
    const told = (kind: string) =>
      problemOfReply(401, { type: `urn:mainspring:problem:${kind}`, title: '', status: 401, detail: '' });
    expect(isSignedOut(told('not_signed_in'))).toBe(true);
    expect(isSignedOut(told('wrong_credentials'))).toBe(false);
    expect(isSignedOut(new Error('401'))).toBe(false);
  });
});
