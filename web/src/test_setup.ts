import { afterEach, vi } from 'vitest';
import { cleanup } from '@testing-library/react';

// Mantine asks for these; the test document has none.
Object.defineProperty(window, 'matchMedia', {
  value: (query: string) => ({
    matches: false,
    media: query,
    onchange: null,
    addEventListener: vi.fn(),
    removeEventListener: vi.fn(),
    addListener: vi.fn(),
    removeListener: vi.fn(),
    dispatchEvent: vi.fn(),
  }),
});
afterEach(cleanup);
