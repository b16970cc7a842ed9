// What is in a multipart body? Texts and files by name (RFC 7578); real clients are laxer than strict parsers allow.
import { ApiFailure } from '../api/api-failure.js';
import type { UploadedFile } from '../api/params.js';
import type { ReadRequest } from './read-request.js';

const MAX_PARTS = 1000;

/** @throws ApiFailure 400 when the boundary is missing or a part has no name */
export function readMultipart(body: Uint8Array, contentType: string): ReadRequest {
  const boundary = /boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  const mark = Buffer.from(`--${boundary?.[1] ?? boundary?.[2] ?? ''}`);
  if (boundary === null) throw malformed();
  // The line break before the mark belongs to the mark.
  const separator = Buffer.concat([Buffer.from('\r\n'), mark]);
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const values = new Map<string, unknown>();
  const files = new Map<string, UploadedFile>();
  let at = bytes.indexOf(mark);
  for (let part = 0; at >= 0; part++) {
    const start = at + mark.length;
    // Two dashes after the mark end the body.
    if (bytes.toString('latin1', start, start + 2) === '--') return { values, files };
    const headEnd = bytes.indexOf('\r\n\r\n', start);
    const next = bytes.indexOf(separator, headEnd + 2);
    if (part >= MAX_PARTS || headEnd < 0 || next < 0) throw malformed();
    const head = bytes.toString('utf8', start, headEnd);
    const content = bytes.subarray(headEnd + 4, next);
    const name = /\bname="([^"]*)"/i.exec(head)?.[1] ?? /\bname=([^;\s]+)/i.exec(head)?.[1];
    if (name === undefined) throw malformed();
    const file = /\bfilename=(?:"([^"]*)"|([^;\r\n]+))/i.exec(head);
    const mime = /^content-type:\s*([^\r\n;]+)/im.exec(head)?.[1] ?? '';
    if (file === null) values.set(name, content.toString('utf8'));
    else files.set(name, { name: file[1] ?? file[2] ?? '', mime, bytes: new Uint8Array(content) });
    at = next + 2;
  }
  throw malformed();
}

const malformed = () => new ApiFailure(400, "Bad Request: can't parse request body as a form");
