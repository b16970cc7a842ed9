import { describe, expect, it } from 'vitest';
import { parseUpstream } from './parse-upstream.js';

const strict = { allowUnattested: false };

describe('the address of the model server', () => {
  it.each([
    ['http://127.0.0.1:8000/v1', 'http://127.0.0.1:8000', '/v1'],
    ['http://127.0.0.1:8000/v1/', 'http://127.0.0.1:8000', '/v1'],
    ['http://127.9.8.7', 'http://127.9.8.7', ''],
    ['http://localhost:11434/v1', 'http://localhost:11434', '/v1'],
    ['http://[::1]:8000/v1', 'http://[::1]:8000', '/v1'],
    ['https://localhost/v1', 'https://localhost', '/v1'],
  ])('accepts: %s', (text, origin, basePath) => {
    expect(parseUpstream(text, strict)).toEqual({ origin, basePath, external: false });
  });

  it('accepts: a unix socket', () => {
    expect(parseUpstream('unix:/run/vllm.sock', strict)).toEqual({
      origin: 'http://localhost',
      basePath: '/v1',
      socketPath: '/run/vllm.sock',
      external: false,
    });
  });

  it.each([
    'http://example.com/v1',
    'https://api.openai.com/v1',
    'http://127.0.0.1.evil.com/v1',
    'http://127.evil.com/v1',
    'http://localhost.evil.com/v1',
    'http://localhost./v1',
    'http://sub.localhost/v1',
    'http://2130706433/v1',
    'http://134744072/v1',
    'http://0x7f.0.0.1/v1',
    'http://0x7f000001/v1',
    'http://0177.0.0.1/v1',
    'http://127.1/v1',
    'http://127.0.0.256/v1',
    'http://0.0.0.0:8000/v1',
    'http://10.0.0.1/v1',
    'http://169.254.169.254/v1',
    'http://[::]:8000/v1',
    'http://[::ffff:127.0.0.1]/v1',
    'http://[::ffff:8.8.8.8]/v1',
    'http://[0:0:0:0:0:0:0:1]/v1',
  ])('rejects: %s', (text) => {
    expect(() => parseUpstream(text, strict)).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_NOT_LOCAL' }),
    );
  });

  it.each([
    'http://127.0.0.1@evil.com/v1',
    'http://127.0.0.1:80@evil.com/v1',
    'http://evil.com#@127.0.0.1/v1',
    'http://evil.com\\@127.0.0.1/v1',
    'http://user:secret@127.0.0.1/v1',
    'http://127.0.0.1/v1?x=1',
    'http://127.0.0.1/v1#x',
    'http://127.0.0.1:99999/v1',
    'http://127.0.0.1:0/v1',
    'http://127.0.0.1%2eevil.com/v1',
    'http://127。0。0。1/v1',
    'http://LOCALHOST/v1',
    ' http://127.0.0.1/v1',
    'http://127.0.0.1/v1\n',
    'http://[::1%25eth0]/v1',
    'http:/127.0.0.1/v1',
    'http:///v1',
    'ftp://127.0.0.1/v1',
    'file:///etc/passwd',
    '//127.0.0.1/v1',
    'unix:relative.sock',
    'unix:/with\0zero',
    `unix:/${'x'.repeat(107)}`,
    '',
  ])('rejects: %j', (text) => {
    expect(() => parseUpstream(text, strict)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
    expect(() => parseUpstream(text, { allowUnattested: true })).toThrow(
      expect.objectContaining({ code: 'UPSTREAM_INVALID' }),
    );
  });

  it('marks a server elsewhere as external when it is allowed, and never a local one', () => {
    const open = { allowUnattested: true };
    expect(parseUpstream('https://api.example.com/v1', open).external).toBe(true);
    expect(parseUpstream('http://127.1/v1', open).external).toBe(true);
    expect(parseUpstream('http://127.0.0.1/v1', open).external).toBe(false);
    expect(parseUpstream('unix:/run/x.sock', open).external).toBe(false);
  });

  it('privacy: an address with a password is refused without repeating it', () => {
    try {
      parseUpstream('http://user:hunter2@evil.com/v1', strict);
      expect.unreachable();
    } catch (error) {
      expect(JSON.stringify(error)).not.toContain('hunter2');
    }
  });
});
