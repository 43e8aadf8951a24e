// The real program with demo data on free ports, for all tests of a run.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));

const isFree = (port: number) =>
  new Promise<boolean>((answer) => {
    const server = createServer();
    server.once('error', () => answer(false));
    server.listen(port, '127.0.0.1', () => server.close(() => answer(true)));
  });

async function freePort(): Promise<number> {
  for (let tries = 0; tries < 200; ++tries) {
    const port = 12_000 + Math.floor(Math.random() * 20_000);
    if ((await isFree(port)) && (await isFree(port + 10))) return port;
  }
  throw new Error('no free ports');
}

export default async function start() {
  const folder = mkdtempSync(join(tmpdir(), 'soundflow-'));
  const port = await freePort();
  const binary = process.env['THENORSOUND_BINARY'] ?? join(root, 'build/release/bin/thenorsound');
  const output = openSync(join(folder, 'out'), 'a');
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('THENORSOUND_')));
  const program = spawn(binary, ['all', '--demo', '--port', String(port), '--data', join(folder, 'data')], {
    stdio: ['ignore', output, output],
    env: {
      ...environment,
      THENORSOUND_AUTH_BCRYPT_COST: '4',
      THENORSOUND_GATEWAY_RATE_LIMIT_PER_MINUTE: '0',
      THENORSOUND_GATEWAY_ADDRESS_LIMIT_PER_MINUTE: '0',
      THENORSOUND_GATEWAY_WEB_ROOT: join(root, 'web/dist'),
    },
  });
  let ended = false;
  program.once('exit', () => {
    ended = true;
  });
  const stop = async () => {
    program.kill('SIGINT');
    for (let i = 0; i < 600 && !ended; ++i) await new Promise((done) => setTimeout(done, 50));
    if (!ended) program.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  const patience = Number(process.env['THENORSOUND_TEST_PATIENCE'] ?? 1);
  const end = Date.now() + 90_000 * patience;
  for (;;) {
    const ready = await fetch(`http://127.0.0.1:${port + 10}/ready`).then((answer) => answer.ok, () => false);
    if (ready) break;
    if (ended || Date.now() > end) {
      const printed = readFileSync(join(folder, 'out'), 'utf8').slice(-2000);
      await stop();
      throw new Error(`the program did not get ready:\n${printed}`);
    }
    await new Promise((done) => setTimeout(done, 100));
  }
  process.env['SOUNDFLOW_OUTBOX'] = join(folder, 'data/outbox'); // mails, since there is no mail server
  process.env['SOUNDFLOW_URL'] = `http://localhost:${port}`;
  return stop;
}
