import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// `vite dev` asks the server named by MAINSPRING_API for everything below /api.
export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    chunkSizeWarningLimit: 700,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': process.env.MAINSPRING_API ?? 'http://127.0.0.1:8080' } },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test_setup.ts'],
    css: false,
    pool: 'threads',
    maxWorkers: 2,
  },
});
