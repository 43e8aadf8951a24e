import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  build: { target: 'es2022', modulePreload: { polyfill: false }, reportCompressedSize: false, assetsInlineLimit: 0 },
  server: { proxy: { '/api': 'http://localhost:5000', '/health': 'http://localhost:5000' } },
  test: { include: ['src/**/*.test.{ts,tsx}'], environment: 'node' },
});
