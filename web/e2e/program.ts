// The real program with demo data on free ports: one for all tests of a run, or one of a test's own.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(fileURLToPath(new URL('../..', import.meta.url)));
const patience = Number(process.env['THENORSOUND_TEST_PATIENCE'] ?? 1);
const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

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

export class Program {
  private process: ChildProcess | null = null;
  private constructor(readonly folder: string, readonly port: number, private readonly env: Record<string, string>) {}

  static async made(env: Record<string, string> = {}): Promise<Program> {
    const program = new Program(mkdtempSync(join(tmpdir(), 'soundflow-')), await freePort(), env);
    await program.start();
    return program;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  // Also once more, on the same data and port.
  async start(): Promise<void> {
    const binary = process.env['THENORSOUND_BINARY'] ?? join(root, 'build/release/bin/thenorsound');
    const output = openSync(join(this.folder, 'out'), 'a');
    const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('THENORSOUND_')));
    this.process = spawn(binary, ['all', '--demo', '--port', String(this.port), '--data', join(this.folder, 'data')], {
      stdio: ['ignore', output, output],
      env: {
        ...environment,
        THENORSOUND_AUTH_BCRYPT_COST: '4',
        THENORSOUND_GATEWAY_RATE_LIMIT_PER_MINUTE: '0',
        THENORSOUND_GATEWAY_ADDRESS_LIMIT_PER_MINUTE: '0',
        THENORSOUND_GATEWAY_WEB_ROOT: join(root, 'web/dist'),
        ...this.env,
      },
    });
    const end = Date.now() + 90_000 * patience;
    for (;;) {
      const ready = await fetch(`http://127.0.0.1:${this.port + 10}/ready`).then((answer) => answer.ok, () => false);
      if (ready) return;
      if (this.process.exitCode !== null || Date.now() > end) {
        const printed = readFileSync(join(this.folder, 'out'), 'utf8').slice(-2000);
        await this.end();
        throw new Error(`the program did not get ready:\n${printed}`);
      }
      await pause(100);
    }
  }

  async stop(): Promise<void> {
    const running = this.process;
    if (!running) return;
    running.kill('SIGINT');
    for (let i = 0; i < 600 && running.exitCode === null && running.signalCode === null; ++i) await pause(50);
    if (running.exitCode === null && running.signalCode === null) running.kill('SIGKILL');
    this.process = null;
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export default async function start() {
  const program = await Program.made();
  process.env['SOUNDFLOW_OUTBOX'] = join(program.folder, 'data/outbox'); // mails, since there is no mail server
  process.env['SOUNDFLOW_URL'] = program.url;
  return () => program.end();
}
