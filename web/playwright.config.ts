import { defineConfig } from '@playwright/test';

const patience = Number(process.env['THENORSOUND_TEST_PATIENCE'] ?? 1);

export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/program.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000 * patience,
  expect: { timeout: 15_000 * patience },
  reporter: [['list']],
  use: {
    locale: 'sv-SE',
    timezoneId: 'America/New_York', // Swedish time is shown wherever one is.
    viewport: { width: 1360, height: 860 },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage'],
    },
  },
});
