// AC-15 and AC-18: what must not be there is looked for, byte by byte, in everything a run has left behind.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A card number in the ways people and programs write it. */
export function cardShapes(number) {
  const groups = number.match(/.{1,4}/g);
  return [number, groups.join(' '), groups.join('-')];
}

/**
 * Fails when a file below `folder` contains one of `secrets`: as it stands, percent-encoded, in base64 at any
 * alignment, or in UTF-16.
 *
 * @param {string} folder
 * @param {string[]} secrets
 * @returns {number} how many files were read, so that a run can assert that there was something to search
 */
export function noSecretsIn(folder, secrets) {
  const needles = secrets.flatMap((secret) => encodings(secret).map((bytes) => ({ secret, bytes })));
  const found = [];
  const files = filesBelow(folder);
  for (const file of files) {
    const content = readFileSync(file);
    for (const { secret, bytes } of needles) {
      if (content.includes(bytes)) found.push(`${file}: ${secret.slice(0, 8)}… (as ${bytes.length} bytes)`);
    }
  }
  if (found.length > 0) throw new Error(`secrets where none may be:\n${found.join('\n')}`);
  return files.length;
}

function encodings(secret) {
  const plain = Buffer.from(secret);
  const forms = [plain, Buffer.from(encodeURIComponent(secret)), Buffer.from(secret, 'utf16le')];
  for (const lead of [0, 1, 2]) {
    // Three alignments: the characters that depend on neighbours are cut off at either end.
    const whole = Buffer.concat([Buffer.alloc(lead), plain]).toString('base64').replaceAll('=', '');
    const from = Math.ceil((lead * 8) / 6);
    const until = Math.floor(((lead + plain.length) * 8) / 6);
    forms.push(Buffer.from(whole.slice(from, until)));
  }
  return forms;
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}
