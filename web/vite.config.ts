import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

// The dev server forwards what the Go server answers, so `npm run dev` needs a running `konklave serve`.
const server = process.env['KONKLAVE_URL'] ?? 'http://localhost:7880';

export default defineConfig({
  plugins: [react()],
  build: {
    target: ['chrome110', 'firefox115', 'safari16.4'],
    // The stage and livekit-client load when a person joins, not before: no hint for them in the page.
    modulePreload: false,
    // Small files stay files, because the page's policy lets images and fonts come from this server only.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
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
    restoreMocks: true,
    testTimeout: 20_000, // a busy machine may take seconds to load the stage for the first time
  },
});
