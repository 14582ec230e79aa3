import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const sources = import.meta.glob<string>('../**/*.{ts,tsx}', { eager: true, query: '?raw', import: 'default' });
const styles = readFileSync('src/ui/mantine.css', 'utf8');

/** What the sources import from Mantine and that has styles of its own. */
function used(): Map<string, string> {
  const found = new Map<string, string>();
  for (const [path, text] of Object.entries(sources)) {
    for (const [, names = ''] of text.matchAll(/import \{([^}]*)\} from '@mantine\/core'/g)) {
      for (const name of names.split(',').map((each) => each.trim().replace(/^type /, ''))) {
        if (existsSync(`node_modules/@mantine/core/styles/${name}.css`)) found.set(name, path);
      }
    }
  }
  return found;
}

describe("Mantine's styles", () => {
  it('are there for every part that is used', () => {
    expect(used().size).toBeGreaterThan(10);
    for (const [name, path] of used()) {
      expect(styles, `${path} uses ${name}: import its styles`).toContain(`@mantine/core/styles/${name}.css`);
    }
  });
});
