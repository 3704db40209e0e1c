// Running our helper programs.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** Runs to the end; gives what it printed. Refuses a non-zero end. */
export function run(program, args, input = '', options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], ...options });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (err += text));
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(out) : reject(new Error(`${program} ended with ${code}\n${err}\n${out}`)),
    );
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}

/** Starts a server that prints one JSON line when it is ready; gives what the line says, and a way to stop it. */
export function serve(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const stop = () => new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done();
    child.once('close', done);
    child.kill('SIGINT');
    setTimeout(() => child.kill('SIGKILL'), 5000).unref();
  });
  return new Promise((resolve, reject) => {
    let said = '';
    createInterface({ input: child.stdout }).on('line', (line) => {
      said += `${line}\n`;
      if (line.startsWith('{')) resolve({ ...JSON.parse(line), stop });
    });
    child.stderr.setEncoding('utf8').on('data', (text) => (said += text));
    child.on('error', reject);
    child.on('close', (code) => reject(new Error(`${program} ended with ${code} before it was ready\n${said}`)));
    setTimeout(() => reject(new Error(`${program} was not ready within 20 s\n${said}`)), 20000).unref();
  });
}
