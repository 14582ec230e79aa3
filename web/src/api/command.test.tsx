import type { ReactNode } from 'react';
import { act, renderHook, waitFor } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, dataOf, newKey, setCsrf } from './client';
import { useCommand } from './command';
import { usePager } from './pages';

const sent: Request[] = [];
function answers(...replies: (() => Response)[]): void {
  vi.stubGlobal('fetch', (request: Request) => {
    sent.push(request);
    const reply = replies.shift();
    return reply ? Promise.resolve(reply()) : Promise.reject(new TypeError('Failed to fetch'));
  });
}
afterEach(() => {
  sent.length = 0;
  setCsrf('');
  vi.unstubAllGlobals();
});

const json = (status: number, body: unknown) => () =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const note = { at: '2026-01-01T00:00:00Z', by: 'anna', text: 'x' };

function renderAdd(done: () => void) {
  const queries = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const path = { utility: 'u', account: 'a' };
  return renderHook(
    () =>
      useCommand(
        (body: { text: string }, header) =>
          dataOf(api.POST('/utilities/{utility}/accounts/{account}/notes', { params: { path, header }, body })),
        { done },
      ),
    { wrapper },
  ).result;
}
const keysSent = () => sent.map((request) => request.headers.get('Idempotency-Key'));

describe('useCommand', () => {
  it('keeps its key when it is tried again, and takes a new one when it was done', async () => {
    answers(() => Response.error(), json(503, {}), json(201, note), json(201, note));
    const done = vi.fn();
    const command = renderAdd(done);
    for (const times of [1, 2, 3, 4]) {
      act(() => command.current.send({ text: 'x' }));
      await waitFor(() => expect(sent).toHaveLength(times));
      await waitFor(() => expect(command.current.isBusy).toBe(false));
    }
    const [first, second, third, fourth] = keysSent();
    expect(first).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
    expect(done).toHaveBeenCalledTimes(2);
  });

  it('tells what the server refused', async () => {
    answers(
      json(422, { type: 'urn:mainspring:problem:bad_text', title: '', status: 422, detail: 'No.', field: 'body.text' }),
    );
    const command = renderAdd(vi.fn());
    act(() => command.current.send({ text: 'x' }));
    await waitFor(() => expect(command.current.problem).toMatchObject({ kind: 'bad_text', field: 'text' }));
  });
});

describe('the client', () => {
  it('brings the token of the session with writes alone', async () => {
    answers(json(200, {}), json(201, note));
    setCsrf('t0k');
    await dataOf(api.GET('/me'));
    const params = { path: { utility: 'u', account: 'a' }, header: { 'Idempotency-Key': newKey() } };
    await dataOf(api.POST('/utilities/{utility}/accounts/{account}/notes', { params, body: { text: 'x' } }));
    expect(sent.map((request) => request.headers.get('X-CSRF-Token'))).toEqual([null, 't0k']);
  });
});

describe('usePager', () => {
  it('goes forward and back, and begins anew when what is listed changes', () => {
    const { result, rerender } = renderHook(({ of }: { of: string }) => usePager(of), { initialProps: { of: 'a' } });
    act(() => result.current.forward('k1'));
    act(() => result.current.forward('k2'));
    expect(result.current).toMatchObject({ after: 'k2', number: 3 });
    act(() => result.current.back());
    expect(result.current).toMatchObject({ after: 'k1', number: 2 });
    rerender({ of: 'b' });
    expect(result.current).toMatchObject({ after: undefined, number: 1 });
    act(() => result.current.forward('b1'));
    expect(result.current).toMatchObject({ after: 'b1', number: 2 });
  });
});
