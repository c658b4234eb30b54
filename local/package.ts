import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject } from '../shared/model/json.ts';
import { parseJson } from './parse.ts';
import { type Deployment, readTemplate } from './template.ts';

const TEMPLATE = join('.serverless', 'cloudformation-template-update-stack.json');
const BUNDLES = join('dist', 'functions');

/**
 * Reads what `root` deploys, from the compiled template. Compiles it first when it is missing or older than what
 * it is made from. @throws with the deploy tool's own words when that fails.
 */
export async function loadDeployment(root: string, queueUrl: (name: string) => string): Promise<Deployment> {
  await packageIfStale(root);
  const template = parseJson(await readFile(join(root, TEMPLATE), 'utf8'));
  if (!isObject(template)) throw new Error(`${TEMPLATE} is not JSON. Run: npx sls package`);
  return readTemplate(template, { bundles: await readdir(join(root, BUNDLES)), queueUrl });
}

/** What the template and the bundles are made from. */
const SOURCES = ['serverless.yml', 'hansho.yml', 'package-lock.json', 'functions', 'shared', 'scripts'];

async function packageIfStale(root: string): Promise<void> {
  if (!(await isStale(root))) return;
  const release = await lock(join(tmpdir(), `hansho-package-${hash(root)}`));
  try {
    // Another process may have done it meanwhile.
    if (await isStale(root)) await runPackage(root);
  } finally {
    await release();
  }
}

async function isStale(root: string): Promise<boolean> {
  if (!existsSync(join(root, 'serverless.yml'))) return false;
  const built = await modified(join(root, TEMPLATE));
  if (built === 0 || !existsSync(join(root, BUNDLES))) return true;
  const times = await Promise.all(SOURCES.map((path) => newest(join(root, path))));
  return Math.max(...times) > built;
}

async function newest(path: string): Promise<number> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Math.max(...(await Promise.all([path, ...files].map(modified))));
}

async function modified(path: string): Promise<number> {
  const found = await stat(path).catch(() => null);
  return found?.mtimeMs ?? 0;
}

const LONG_MS = 120_000;
const OUTPUT_BYTES = 8 * 1024 * 1024;

function runPackage(root: string): Promise<void> {
  const tool = join(root, 'node_modules', 'serverless', 'bin', 'serverless.js');
  const options = { cwd: root, timeout: LONG_MS, maxBuffer: OUTPUT_BYTES };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tool, 'package'], options, (error, stdout, stderr) => {
      if (error === null) return resolve();
      const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-20).join('\n');
      reject(new Error(`"npx sls package" failed:\n${said}`));
    });
  });
}

/** One process packages at a time. The file names its owner: one who is dead holds nothing. */
async function lock(path: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch {
      const owner = Number(await readFile(path, 'utf8').catch(() => ''));
      if (owner > 0 && !isAlive(owner)) await rm(path, { force: true });
      await sleep(100);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
