import { fireEvent, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import type { Pager } from '../api/pages';
import { ApiProblem } from '../api/problem';
import { renderPart } from '../test_render';
import { PagedTable, type Column } from './paged_table';

const columns: Column<string>[] = [{ key: 'name', title: 'Name', cell: (row) => <a href={`#${row}`}>{row}</a> }];
const pagerAt = (number: number): Pager => ({ after: undefined, number, forward: vi.fn(), back: vi.fn() });
const asked = (items: string[], next?: string) => ({
  data: { items, ...(next === undefined ? {} : { next }) },
  error: null,
  refetch: vi.fn(),
});
const table = (props: Partial<Parameters<typeof PagedTable<string>>[0]>) => (
  <PagedTable label="Names" columns={columns} asked={asked(['Ann', 'Bob', 'Cid'])} rowKey={(row) => row} {...props} />
);

describe('PagedTable', () => {
  it('moves between rows with the arrow keys', async () => {
    await renderPart(table({}));
    const focused = () => document.activeElement?.textContent;
    screen.getByText('Ann').focus();
    const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });
    press('ArrowDown');
    expect(focused()).toBe('Bob');
    press('End');
    expect(focused()).toBe('Cid');
    press('ArrowDown');
    expect(focused()).toBe('Cid');
    press('Home');
    expect(focused()).toBe('Ann');
  });

  it('turns pages as far as there are any', async () => {
    const pager = pagerAt(2);
    await renderPart(table({ asked: asked(['Ann'], 'k3'), pager }));
    fireEvent.click(screen.getByRole('button', { name: 'Next page' }));
    fireEvent.click(screen.getByRole('button', { name: 'Previous page' }));
    expect(pager.forward).toHaveBeenCalledWith('k3');
    expect(pager.back).toHaveBeenCalledOnce();
  });

  it("shows no way on from the only page, and says so in the reader's language on the last", async () => {
    await renderPart(table({ pager: pagerAt(1) }));
    expect(screen.queryByRole('button')).toBeNull();
    await renderPart(table({ pager: pagerAt(3) }), 'zh');
    expect(screen.getByText('第 3 页')).toBeTruthy();
    expect(screen.getByRole('button', { name: '下一页' })).toHaveProperty('disabled', true);
  });

  it('shows what stands for no rows, and what went wrong with a way to try again', async () => {
    await renderPart(table({ asked: asked([]), empty: 'Nobody' }));
    expect(screen.getByText('Nobody')).toBeTruthy();
    const refetch = vi.fn();
    await renderPart(
      table({ asked: { data: undefined, error: new ApiProblem(503, 'overrun', 'Too much to do.'), refetch } }),
    );
    expect(screen.getByRole('alert').textContent).toContain('Too much to do.');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(refetch).toHaveBeenCalledOnce();
  });
});
