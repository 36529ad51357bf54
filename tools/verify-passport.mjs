#!/usr/bin/env node
// Checks a CultureTrack batch passport without CultureTrack: Node 18 or later, no packages, no network.
//   node tools/verify-passport.mjs CEA-26-0001-passport.zip --trust lab-key.pem [--json]
// Exit code 0: proven with the trusted key. 1: something is wrong, or the signer is not known. 2: wrong usage.
// Written from docs/passport.md, not from the program, so that one mistake is not made twice.
import { createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as zlib from 'node:zlib';

const sha256 = (...parts) => { const h = createHash('sha256'); for (const p of parts) h.update(p); return h.digest(); };
const hex = (buffer) => buffer.toString('hex');
const findings = [];
const find = (code, where, text) => findings.push({ code, where, text });

// ---- JSON that keeps every number as it is written -------------------------------------------------------------------------------
class Num { constructor(raw) { this.raw = raw; } }

function parse(text) {
  let at = 0;
  const fail = () => { throw new SyntaxError(`unexpected character at ${at}`); };
  const space = () => { while (' \t\r\n'.includes(text[at]) && at < text.length) at++; };
  const take = (pattern) => { pattern.lastIndex = at; const m = pattern.exec(text); if (!m) fail(); at = pattern.lastIndex; return m[0]; };
  const string = () => JSON.parse(take(/"(?:[^"\\\u0000-\u001f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"/y));
  function value() {
    space();
    switch (text[at]) {
      case '{': {
        const object = new Map();
        at++; space();
        if (text[at] === '}') { at++; return object; }
        for (;;) {
          space(); const name = string(); space();
          if (text[at++] !== ':') fail();
          if (object.has(name)) throw new SyntaxError(`${name} is there twice`);
          object.set(name, value()); space();
          const next = text[at++];
          if (next === '}') return object;
          if (next !== ',') fail();
        }
      }
      case '[': {
        const list = [];
        at++; space();
        if (text[at] === ']') { at++; return list; }
        for (;;) {
          list.push(value()); space();
          const next = text[at++];
          if (next === ']') return list;
          if (next !== ',') fail();
        }
      }
      case '"': return string();
      case 't': take(/true/y); return true;
      case 'f': take(/false/y); return false;
      case 'n': take(/null/y); return null;
      default: return new Num(take(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y));
    }
  }
  const result = value();
  space();
  if (at !== text.length) fail();
  return result;
}

// ---- The canonical form (docs/passport.md, "Canonical form") -----------------------------------------------------------------------
const textOf = (text) => { const bytes = Buffer.from(text, 'utf8'); return Buffer.concat([Buffer.from(`${bytes.length}:`), bytes]); };

function digitsOf(raw) {
  const [, sign, whole, fraction = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(raw);
  const digits = (whole + fraction).replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  return kept === '' ? { sign: '', kept: '0', power: 0 } : { sign, kept, power: Number(exponent) - fraction.length + digits.length - kept.length };
}

function canonical(value) {
  if (value instanceof Num) { const { sign, kept, power } = digitsOf(value.raw); return Buffer.concat([Buffer.from('#'), textOf(`${sign}${kept}e${power}`)]); }
  if (value instanceof Map) {
    const members = [...value].map(([name, v]) => [Buffer.from(name, 'utf8'), name, v]).sort((a, b) => Buffer.compare(a[0], b[0]));
    return Buffer.concat([Buffer.from(`{${members.length}:`), ...members.flatMap(([, name, v]) => [textOf(name), canonical(v)])]);
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from(`[${value.length}:`), ...value.map(canonical)]);
  if (typeof value === 'string') return Buffer.concat([Buffer.from('"'), textOf(value)]);
  return Buffer.from(value === null ? 'n' : value ? 't' : 'f');
}

const contentHash = (streamId, version, storedType, envelope) =>
  sha256(textOf('culturetrack-event-1'), textOf(streamId), textOf(version), textOf(storedType), canonical(envelope));
const linkHash = (previous, content) => sha256('culturetrack-link-1', Buffer.from(previous, 'hex'), content);

// ---- What a person signed (docs/passport.md, "Signatures of records"): an encoding of its own, older than the chain -------------------
const signText = (text) => { const bytes = Buffer.from(text.normalize('NFC'), 'utf8'); const length = Buffer.alloc(4); length.writeInt32LE(bytes.length); return Buffer.concat([length, bytes]); };

function plain(raw) {
  const { sign, kept, power } = digitsOf(raw);
  if (power >= 0) return sign + kept + (kept === '0' ? '' : '0'.repeat(power));
  const padded = kept.padStart(1 - power, '0');
  return `${sign}${padded.slice(0, power)}.${padded.slice(power)}`;
}

function signed(value) {
  if (value instanceof Num) return signText(`n${plain(value.raw)}`);
  if (value instanceof Map) {
    const members = [...value].filter(([, v]) => v !== null).sort(([a], [b]) => (a < b ? -1 : 1));
    return Buffer.concat([signText(`o${members.length}`), ...members.flatMap(([name, v]) => [signText(name), signed(v)])]);
  }
  if (Array.isArray(value)) return Buffer.concat([signText(`a${value.length}`), ...value.map(signed)]);
  if (typeof value === 'string') return signText(`s${value}`);
  return signText(value === null ? 'Null' : value ? 'True' : 'False');
}

function signatureIsValid(e, s) {
  const parts = ['culturetrack-signature-1', e.get('streamId'), e.get('version').raw, e.get('eventId'), e.get('type'), String(Date.parse(e.get('occurredAt'))), s.get('user'), s.get('meaning')];
  return s.get('streamVersion')?.raw === e.get('version').raw && s.get('contentHash') === hex(sha256(...parts.map(signText), signed(e.get('data'))));
}

const signatureLines = (e) => ['verifiedBy', 'coSignature', 'signature'].filter((f) => e.get(f) instanceof Map).map((field) => {
  const line = new Map([['eventId', e.get('eventId')], ['version', e.get('version')], ['field', field]]);
  for (const [name, value] of e.get(field)) line.set(name, value);
  return { field, line, valid: signatureIsValid(e, e.get(field)) };
});

// ---- The archive: files one after the other, then the directory, nothing else -------------------------------------------------------
function crc32(data) {
  if (zlib.crc32) return zlib.crc32(data);
  let c = 0xffffffff;
  for (const byte of data) { c ^= byte; for (let i = 0; i < 8; i++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1; }
  return (c ^ 0xffffffff) >>> 0;
}

function header(kind, e) {
  const fields = Buffer.alloc(26);
  [20, 0x0800, e.method, 0, 0x0021].forEach((v, i) => fields.writeUInt16LE(v, 2 * i));
  [e.crc, e.packed.length, e.size].forEach((v, i) => fields.writeUInt32LE(v, 10 + 4 * i));
  fields.writeUInt16LE(e.name.length, 22);
  if (kind === 'local') return Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, e.name, e.packed]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE(e.offset, 10);
  return Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, tail, e.name]);
}

function unpack(file) {
  const entries = [];
  let at = 0;
  while (at + 30 <= file.length && file.readUInt32LE(at) === 0x04034b50) {
    const [packed, size, name] = [file.readUInt32LE(at + 18), file.readUInt32LE(at + 22), file.readUInt16LE(at + 26)];
    const start = at + 30 + name;
    if (start + packed > file.length) { find('ARCHIVE', 'passport', `A file that begins at byte ${at} is not whole.`); return new Map(); }
    entries.push({ offset: at, method: file.readUInt16LE(at + 8), crc: file.readUInt32LE(at + 14), size, name: file.subarray(at + 30, start), packed: file.subarray(start, start + packed) });
    at = start + packed;
  }
  const directory = Buffer.concat(entries.map((e) => header('central', e)));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length & 0xffff, 8); end.writeUInt16LE(entries.length & 0xffff, 10); end.writeUInt32LE(directory.length, 12); end.writeUInt32LE(at, 16);
  const expected = Buffer.concat([...entries.map((e) => header('local', e)), directory, end]);
  if (!expected.equals(file)) {
    let same = 0;
    while (same < file.length && same < expected.length && file[same] === expected[same]) same++;
    find('ARCHIVE', 'passport', `The archive differs at byte ${same} from what CultureTrack writes.`);
  }
  const files = new Map();
  for (const e of entries) {
    const path = e.name.toString('utf8');
    try {
      const content = e.method === 8 ? zlib.inflateRawSync(e.packed, { maxOutputLength: Math.max(e.size, 1) }) : e.packed;
      if (content.length !== e.size || crc32(content) !== e.crc) throw new Error('damaged');
      if (files.has(path)) find('ARCHIVE', path, 'The file is there twice.');
      files.set(path, { content, packed: e.method === 8 ? e.packed : null });
    } catch { find('FILE', path, 'The file is damaged.'); }
  }
  return files;
}

// ---- The passport ------------------------------------------------------------------------------------------------------------------
function checkFiles(manifest, files) {
  const listed = new Map(manifest.files.map((f) => [f.path, f]));
  for (const [path, f] of listed) {
    const there = files.get(path);
    if (!there) find('FILE', path, 'The file is missing.');
    else if (there.content.length !== f.bytes || hex(sha256(there.content)) !== f.sha256) find('FILE', path, 'The file was changed.');
    else if ((there.packed ? hex(sha256(there.packed)) : undefined) !== (f.packedSha256 ?? undefined)) find('ARCHIVE', path, 'The file is packed otherwise than it was.');
  }
  for (const path of files.keys()) if (!listed.has(path) && !['manifest.json', 'manifest.sig', 'key.pem'].includes(path)) find('FILE', path, 'The file was added.');
  for (const path of ['events.ndjson', 'signatures.ndjson']) if (!listed.has(path)) find('FILE', path, 'The manifest does not list it.');
}

// Each document carries the version and the hash it was made from.
function checkDocuments(manifest, files) {
  for (const path of ['record.pdf', 'coa.pdf']) {
    const there = files.get(path);
    if (there && !(there.content.subarray(0, 5).toString('latin1') === '%PDF-' && there.content.includes(`Version ${manifest.head.version}, ${manifest.head.hash}`))) find('DOCUMENT', path, `It was not made from version ${manifest.head.version} of this record.`);
  }
}

const linesOf = (files, path) => files.get(path)?.content.toString('utf8').split('\n').slice(0, -1) ?? [];

function checkEvents(manifest, files) {
  let [version, last, events] = [0, '0'.repeat(64), 0];
  const signatures = [];
  linesOf(files, 'events.ndjson').forEach((line, i) => {
    let where = `events.ndjson line ${i + 1}`;
    try {
      const e = parse(line);
      const [storedType, prevHash, hash] = ['storedType', 'prevHash', 'hash'].map((n) => { const v = e.get(n); e.delete(n); if (typeof v !== 'string') throw new TypeError(n); return v; });
      const own = e.get('version').raw;
      where += `, version ${own}`;
      if (e.get('streamId') !== manifest.batchId) find('SPLICE', where, `The event belongs to ${e.get('streamId')}.`);
      if (own !== String(version + 1)) find('ORDER', where, `Version ${version + 1} should stand here.`);
      if (prevHash !== last) find('LINK', where, 'It does not follow the event before it.');
      if (hash !== hex(linkHash(prevHash, contentHash(e.get('streamId'), own, storedType, e)))) find('CHANGED', where, 'The event was changed.');
      for (const s of signatureLines(e)) {
        signatures.push(hex(sha256(canonical(s.line))));
        if (!s.valid) find('RECORD-SIGNATURE', where, `${s.field} was made for another content or another record.`);
      }
      [version, last] = [Number(own), hash];
      events++;
    } catch { find('EVENT', where, 'It cannot be read as an event.'); }
  });
  let listed = [];
  try { listed = linesOf(files, 'signatures.ndjson').map((l) => hex(sha256(canonical(parse(l))))); } catch { listed = ['unreadable']; }
  if (listed.join() !== signatures.join()) find('FILE', 'signatures.ndjson', 'The signatures are not those of the events.');
  if (version !== manifest.head.version || last !== manifest.head.hash) find('HEAD', 'events.ndjson', `The events end at version ${version}; the manifest says ${manifest.head.version}.`);
  return { events, signatures: signatures.length };
}

function checkCheckpoint(manifest, key, keyId) {
  const where = 'manifest.json checkpoint';
  const { text, signature, path } = manifest.checkpoint ?? {};
  if (!text) return find('CHECKPOINT', where, 'There is none.');
  const body = JSON.parse(text);
  if (body.keyId === keyId && !verify('sha256', Buffer.from(text, 'utf8'), key, Buffer.from(signature, 'base64'))) find('CHECKPOINT', where, 'Its signature does not belong to it.');
  const leaf = sha256(Buffer.from([0]), textOf('culturetrack-head-1'), textOf(manifest.batchId), textOf(String(manifest.head.version)), textOf(manifest.head.hash));
  const root = path.reduce((at, step) => sha256(Buffer.from([1]), ...(step.side === 'left' ? [Buffer.from(step.hash, 'hex'), at] : [at, Buffer.from(step.hash, 'hex')])), leaf);
  if (hex(root) !== body.headsRoot) find('CHECKPOINT', where, 'It does not cover the head of this batch.');
}

const spki = (key) => key.export({ type: 'spki', format: 'der' });

function check(file, trusted) {
  const files = unpack(file);
  const part = (path) => files.get(path)?.content;
  const report = { batchId: null, version: null, keyId: null, signerKnown: false, events: 0, signatures: 0, rehearsal: false };
  let manifest, key;
  try { manifest = JSON.parse(part('manifest.json').toString('utf8')); if (manifest.format !== 1 || !manifest.head || !Array.isArray(manifest.files)) throw new Error(); }
  catch { find('MANIFEST', 'manifest.json', 'It is missing, not whole, or of an unknown format.'); }
  try {
    key = createPublicKey(part('key.pem'));
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new Error();
    if (key.export({ type: 'spki', format: 'pem' }) !== part('key.pem').toString('utf8')) find('KEY', 'key.pem', 'It is not written as CultureTrack writes a key.');
    report.keyId = hex(sha256(spki(key))).slice(0, 16);
    report.signerKnown = trusted.some((t) => spki(t).equals(spki(key)));
  } catch { key = undefined; find('KEY', 'key.pem', 'It is missing or no public key of P-256.'); }
  if (!manifest || !key) return report;
  Object.assign(report, { batchId: manifest.batchId, version: manifest.head.version, rehearsal: manifest.rehearsal === true });
  if (!verify('sha256', part('manifest.json'), key, part('manifest.sig') ?? Buffer.alloc(0))) find('SIGNATURE', 'manifest.sig', 'The signature does not belong to manifest.json and key.pem.');
  try {
    checkFiles(manifest, files);
    checkDocuments(manifest, files);
    Object.assign(report, checkEvents(manifest, files));
  } catch { find('MANIFEST', 'manifest.json', 'It does not say what a manifest says.'); }
  try { checkCheckpoint(manifest, key, report.keyId); } catch { find('CHECKPOINT', 'manifest.json checkpoint', 'It cannot be read.'); }
  return report;
}

function main(words) {
  const usage = () => { console.error('usage: node verify-passport.mjs FILE [--trust KEY.pem]… [--json]'); return 2; };
  const [trusted, names, json] = [[], [], words.includes('--json')];
  let file;
  try {
    for (let i = 0; i < words.length; i++) {
      if (words[i] === '--trust') trusted.push(createPublicKey(readFileSync(words[++i])));
      else if (words[i] !== '--json') names.push(words[i]);
    }
    if (names.length !== 1 || names[0].startsWith('-')) return usage();
    file = readFileSync(names[0]);
  } catch (e) { console.error(e.message); return usage(); }
  const report = check(file, trusted);
  const [isConsistent, isProven] = [findings.length === 0, findings.length === 0 && report.signerKnown];
  if (json) console.log(JSON.stringify({ ...report, findings, isConsistent, isProven }));
  else {
    for (const f of findings) console.log(`${f.code.padEnd(16)} ${f.where}: ${f.text}`);
    if (report.rehearsal) console.log('This is a rehearsal: its clock was moved by hand.');
    console.log(isProven ? `${report.batchId} version ${report.version}: nothing was changed. ${report.events} events, ${report.signatures} signatures, signed with the trusted key ${report.keyId}.`
      : isConsistent ? `${report.batchId} version ${report.version}: consistent, signer unknown.` : 'NOT as it was written.');
  }
  return isProven ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
