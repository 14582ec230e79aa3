// A Mainspring of its own for a test: the sample utility gb-severn with its cases billed for three months, served on a
// free port. Everything is made by the program's own commands.
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROGRAM = process.env['MAINSPRING_PROGRAM'] ?? '';
const ROOT = process.env['MAINSPRING_ROOT'] ?? '';
const WEB = process.env['MAINSPRING_WEB'] ?? '';
export const UTILITY = 'gb-severn';
export const PASSWORD = 'a long word of nobody';

const run = promisify(execFile);

/** The people of the tests, by the name that they sign in with, and their role. */
export const PEOPLE = { admin: 'administrator', sue: 'supervisor', cash: 'cashier', audit: 'auditor' } as const;

export interface Mainspring {
  url: string;
  program: (...words: string[]) => Promise<string>;
  stop: () => Promise<void>;
}

/** Commands end with 3 when some records were rejected, as some cases want it. */
async function command(folder: string, words: readonly string[], input = ''): Promise<string> {
  try {
    const running = run(PROGRAM, ['--data', join(folder, 'data'), ...words], { cwd: ROOT, maxBuffer: 1 << 26 });
    running.child.stdin?.end(`${input}\n`);
    return (await running).stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    if (code === 3) return stdout;
    throw new Error(`${words.join(' ')}: ended with ${code}\n${stdout}\n${stderr}`, { cause: error });
  }
}

async function load(program: Mainspring['program']): Promise<void> {
  const cases = `samples/${UTILITY}/cases`;
  const tariffs = [
    'business-2026',
    'economy7-2026',
    'electricity-2026-01',
    'electricity-2026-04',
    'gas-2026',
    'streetlight-2026',
  ];
  await program('init', '--utility', `samples/${UTILITY}/utility.yaml`);
  await program('tariff', 'import', ...tariffs.map((name) => `samples/tariffs/${UTILITY}-${name}.yaml`));
  await program('tariff', 'activate', '--all');
  const at = ['--utility', UTILITY];
  await program('import', 'accounts', `${cases}/accounts.csv`, ...at);
  await program('import', 'meters', `${cases}/meters.csv`, ...at);
  await program('import', 'calorific', `${cases}/calorific.csv`, ...at);
  await program('import', 'reads', `${cases}/reads.csv`, ...at);
  const profile = ['--format', 'profile', '--profile', `${cases}/interval_profile.yaml`];
  await program('import', 'reads', `${cases}/reads_interval.csv`, ...at, ...profile);
  for (const [period, issued] of [
    ['2026-02', '2026-03-08'],
    ['2026-03', '2026-04-08'],
    ['2026-04', '2026-05-08'],
  ] as const) {
    await program('bill', 'run', ...at, '--period', period, '--issued-on', issued);
  }
}

async function addPeople(folder: string): Promise<void> {
  for (const [user, role] of Object.entries(PEOPLE)) {
    await command(folder, ['user', 'add', user, '--name', `${user} of the tests`]);
    await command(folder, ['user', 'assign', user, '--role', role]);
    await command(folder, ['user', 'password', user], PASSWORD);
  }
}

async function urlOf(served: ChildProcess): Promise<string> {
  if (!served.stdout) throw new Error('serve has no output');
  for await (const line of createInterface({ input: served.stdout })) {
    const { url } = JSON.parse(line) as { url?: string };
    if (url !== undefined) return url;
  }
  throw new Error('serve ended without an address');
}

export async function startMainspring(): Promise<Mainspring> {
  const folder = await mkdtemp('/var/tmp/mainspring-browser-');
  const clear = () => rm(folder, { recursive: true, force: true });
  try {
    await chmod(folder, 0o755);
    const program = (...words: string[]) => command(folder, words);
    await load(program);
    await addPeople(folder);
    const words = ['--json', '--data', join(folder, 'data'), 'serve', '--port', '0', '--web', WEB, '--check-replies'];
    const served = spawn(PROGRAM, words, { cwd: ROOT, stdio: ['ignore', 'pipe', 'ignore'] });
    const url = await urlOf(served);
    const stop = async () => {
      served.kill('SIGTERM');
      if (served.exitCode === null && served.signalCode === null) await once(served, 'exit');
      await clear();
    };
    return { url, program, stop };
  } catch (error) {
    await clear();
    throw error;
  }
}
