// Decoding `multipart/form-data`, byte for byte and by nothing of ours: Node's own reader.

/** Sorted parts: [name, file name or null, type or null, bytes as hex]. */
export async function parts({ headers, raw }) {
  const form = await new Response(raw, { headers: { 'content-type': headers['content-type'] } }).formData();
  const read = await Promise.all([...form].map(async ([name, value]) => {
    if (typeof value === 'string') return [name, null, null, Buffer.from(value).toString('hex')];
    return [name, value.name, value.type, Buffer.from(await value.arrayBuffer()).toString('hex')];
  }));
  return read.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Whether a request carries a file. */
export function isUpload({ headers }) {
  return String(headers['content-type']).startsWith('multipart/form-data');
}
