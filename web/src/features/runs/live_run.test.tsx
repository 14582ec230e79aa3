import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { act, screen, waitFor } from '@testing-library/react';
import { renderPart } from '../../test_render';
import { useLiveRun } from './live_run';

class FakeSource extends EventTarget {
  static last: FakeSource | undefined;
  readonly url: string;
  onerror: (() => void) | null = null;
  isClosed = false;
  constructor(url: string) {
    super();
    this.url = url;
    FakeSource.last = this;
  }
  close() {
    this.isClosed = true;
  }
  tell(name: string, data: unknown) {
    act(() => void this.dispatchEvent(new MessageEvent(name, { data: JSON.stringify(data) })));
  }
}

function Shown() {
  const { data } = useLiveRun({ utility: 'gb', run: 7 });
  return <p>{data && `${data.run.state} ${data.run.ranges_done} ${data.money.length}`}</p>;
}

const detail = (run: object, money: unknown[] = []) => ({
  run,
  money,
  energy: [],
  charges: [],
  exceptions_by_cause: [],
});
const RATING = { state: 'rating', working: true, ranges_done: 1 };

describe('useLiveRun', () => {
  const asked = vi.fn<() => object>();
  beforeEach(() => {
    asked.mockReset();
    vi.stubGlobal('EventSource', FakeSource);
    vi.stubGlobal('fetch', () => Promise.resolve(Response.json(asked())));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('shows each step that it hears, and asks for the figures at the end', async () => {
    asked
      .mockReturnValueOnce(detail(RATING))
      .mockReturnValue(detail({ state: 'checked', working: false, ranges_done: 4 }, [{}]));
    await renderPart(<Shown />);
    await screen.findByText('rating 1 0');
    const source = FakeSource.last;
    expect(source?.url).toBe('/api/v1/utilities/gb/runs/7/events');
    source?.tell('run', { ...RATING, ranges_done: 3 });
    await screen.findByText('rating 3 0');
    source?.tell('end', { ...RATING, ranges_done: 4 });
    await screen.findByText('checked 4 1');
    expect(source?.isClosed).toBe(true);
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it('asks while nothing is heard', async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    asked.mockReturnValueOnce(detail(RATING)).mockReturnValue(detail({ ...RATING, ranges_done: 2 }));
    await renderPart(<Shown />);
    await screen.findByText('rating 1 0');
    FakeSource.last?.tell('run', RATING);
    await act(() => vi.advanceTimersByTimeAsync(10_000));
    expect(asked).toHaveBeenCalledTimes(1);
    act(() => FakeSource.last?.onerror?.());
    await act(() => vi.advanceTimersByTimeAsync(4_000));
    await waitFor(() => screen.getByText('rating 2 0'));
  });
});
