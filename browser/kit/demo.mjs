// Starts `quittance demo` (or `serve`) as a person would, and stops it as an operator would.

import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** Where cargo puts its output, and we our logs and screenshots. */
export const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/** The program under test: `QUITTANCE_BIN`, else the debug build. */
export const program = process.env.QUITTANCE_BIN ?? join(target, 'debug/quittance');

/**
 * Starts the demo and waits for its JSON line.
 *
 * @param {string[]} args further arguments, such as `--data-dir FOLDER` or `--empty`
 * @returns the line's fields (`url`, `email`, `password`, `pay_url`, `public_key`, `secret_key`, `stripe_url`),
 *   `log` (the file with everything it wrote to stderr) and `stop()`, which answers the exit code
 */
export async function startDemo(args = []) {
  if (!existsSync(program)) throw new Error(`${program} is not built: run \`cargo build\`, or set QUITTANCE_BIN`);
  return start(program, ['demo', '--json', '--listen', '127.0.0.1:0', ...args]);
}

/** Starts any program that prints one JSON line on stdout and then serves. */
export async function start(command, args, { seconds = 60 } = {}) {
  const log = join(target, 'browser', `${Date.now()}-${process.pid}.log`);
  mkdirSync(dirname(log), { recursive: true });
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  child.stderr.pipe(createWriteStream(log));
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(code ?? signal)));
  const failed = new Promise((_, refuse) => child.once('error', refuse));
  let timer;
  const late = new Promise((_, refuse) => {
    timer = setTimeout(() => refuse(new Error(`no JSON line within ${seconds} s; see ${log}`)), seconds * 1000);
  });
  const early = ended.then((code) => { throw new Error(`it ended (${code}) before it served; see ${log}`); });
  // Whichever loses the race must not end the test run as an unhandled rejection later.
  for (const promise of [failed, late, early]) promise.catch(() => {});
  try {
    const fields = await Promise.race([firstJsonLine(child.stdout), failed, late, early]);
    return { ...fields, log, pid: child.pid, stop: () => stop(child, ended) };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

async function firstJsonLine(stream) {
  return new Promise((done) => {
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      // Anything after the first line is read and let go, so that the program never blocks on a full pipe.
      if (line.startsWith('{')) done(JSON.parse(line));
    });
  });
}

/** Asks it to end, as systemd would; after ten seconds insists. Answers the exit code, or the signal's name. */
async function stop(child, ended) {
  child.kill('SIGTERM');
  const insist = setTimeout(() => child.kill('SIGKILL'), 10_000);
  try {
    return await ended;
  } finally {
    clearTimeout(insist);
  }
}
