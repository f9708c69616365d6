import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { brotli, hints } from './plugins.ts';

// The dev server forwards what the Go server answers, so `npm run dev` needs a running `konklave serve`.
const server = process.env['KONKLAVE_URL'] ?? 'http://localhost:7880';

export default defineConfig({
  plugins: [react(), hints('/src/app/draw.tsx'), brotli()],
  build: {
    target: ['chrome110', 'firefox115', 'safari16.4'],
    modulePreload: { polyfill: false }, // who does not know these hints loads one file after the other
    // Small files stay files, because the page's policy lets images and fonts come from this server only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
    rolldownOptions: {
      output: {
        codeSplitting: {
          // Few files: each that loads beside others takes a connection of its own, which begins with a burst that slow
          // lines do not carry, and many small ones compress worse.
          groups: [
            { name: 'first', test: /src\/main\.tsx$/, priority: 2 },
            { name: 'app', test: /src\/app\/index\.ts$/, priority: 1 },
            { name: 'parts', test: /src\/ui\/(ActionMenu|Dialog|Menu|Panel|Qr|Switch)\.tsx$/ },
            { name: 'icons', test: /lucide-react\/dist\/esm\/icons\//, minShareCount: 2 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': server,
      '/control': { target: server, ws: true },
      '/rtc': { target: server, ws: true },
    },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
    setupFiles: ['src/test/speak.ts'],
    restoreMocks: true,
    testTimeout: 20_000, // a busy machine may take seconds to load the stage for the first time
  },
});
