import { describe, expect, it } from 'vitest';
import type { Table } from './text';

const tables = {
  ...import.meta.glob<Record<string, Table>>('../features/*/texts/*.ts', { eager: true }),
  ...import.meta.glob<Record<string, Table>>('./shared/*.ts', { eager: true }),
};

const tableOf = (path: string): Table => {
  const exported = Object.values(tables[path] ?? {});
  expect(exported, `${path} exports one table`).toHaveLength(1);
  return exported[0] ?? {};
};
const holes = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((found) => found[1]).sort();
// Chinese has one plural form: `key` stands for English `key_one` and `key_other`.
const stems = (table: Table) => [...new Set(Object.keys(table).map((key) => key.replace(/_(one|other)$/, '')))].sort();

describe('texts', () => {
  const english = Object.keys(tables).filter((path) => path.endsWith('/en.ts'));
  it('are there', () => expect(english.length).toBeGreaterThan(0));
  for (const path of english) {
    it(`of ${path} have the same keys and values in both languages`, () => {
      const en = tableOf(path);
      const zh = tableOf(path.replace('/en.ts', '/zh.ts'));
      expect(stems(zh)).toEqual(stems(en));
      for (const [key, text] of Object.entries(zh)) {
        expect(text.trim(), key).not.toBe('');
        expect(holes(text), key).toEqual(holes(en[key] ?? en[`${key}_other`] ?? ''));
      }
    });
  }
});
