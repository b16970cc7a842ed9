// How are claims kept, so that they can be judged again years later, by another policy and without the quote?
import { fromHex, toHex } from '../internal/bytes.js';
import type { ExtendedTdClaims, Measurements, QuoteClaims, TdAttributes } from './claims.js';
import { parseAs } from './fail.js';
import { exactTime, expectFormat } from './format/cursor.js';
import {
  asObject,
  field,
  integerField,
  type JsonObject,
  listField,
  objectField,
  parseJson,
  textField,
  textListField,
} from './format/json.js';
import type { TcbVerdict } from './steps/merge-tcb.js';
import { TCB_STATUSES, type TcbPart } from './tcb-status.js';

const VERSION = 1;
const MAX_JSON_CHARACTERS = 262_144;
const MAX_ADVISORIES = 1_024;

/**
 * The claims of a verified quote as JSON text: bytes as hex, times as ISO 8601 with milliseconds. What it says is only as
 * trustworthy as where it is kept: it carries no signature. Keep quote and collateral as well to prove it again.
 */
export function claimsToJson(claims: QuoteClaims): string {
  const { reportData, rule, checks, ...rest }: QuoteClaims & { rule?: unknown; checks?: unknown } = claims;
  return JSON.stringify({ version: VERSION, ...rest, reportData: toHex(reportData) });
}

/**
 * Reads what `claimsToJson` wrote, for `evaluatePolicy`.
 * @throws CocoonError `ATTESTATION_CLAIMS` when a field is missing, unknown or of another shape
 */
export function claimsFromJson(text: string): QuoteClaims {
  return parseAs('CLAIMS', 'claims', () => {
    expectFormat(typeof text === 'string' && text.length <= MAX_JSON_CHARACTERS, 'too long');
    const json = asObject(parseJson(text), 'claims');
    expectFormat(field(json, 'version') === VERSION, 'version');
    const claims: QuoteClaims = {
      tcb: readVerdict(objectField(json, 'tcb')),
      tcbEvaluationDataNumber: integerField(json, 'tcbEvaluationDataNumber', 0xffff_ffff),
      measurements: readMeasurements(objectField(json, 'measurements')),
      imageHash: hex(json, 'imageHash', 32),
      reportData: fromHex(hex(json, 'reportData', 64)),
      attributes: readAttributes(objectField(json, 'attributes')),
      xfam: hex(json, 'xfam', 8),
      teeTcbSvn: hex(json, 'teeTcbSvn', 16),
      teeTcbSvn2: optional(json, 'teeTcbSvn2', () => hex(json, 'teeTcbSvn2', 16)),
      serviceTd: optional(json, 'serviceTd', () => hex(json, 'serviceTd', 48)),
      extended: optional(json, 'extended', () => readExtended(objectField(json, 'extended'))),
      ppid: hex(json, 'ppid', 16),
      fmspc: hex(json, 'fmspc', 6),
      pceId: hex(json, 'pceId', 2),
      componentSvns: listField(json, 'componentSvns', 16).map((_, i, svns) =>
        integerField({ svn: svns[i] }, 'svn', 255),
      ),
      pceSvn: integerField(json, 'pceSvn', 65_535),
      platformInstanceId: optional(json, 'platformInstanceId', () => hex(json, 'platformInstanceId', 16)),
      smtEnabled: optional(json, 'smtEnabled', () => flag(json, 'smtEnabled')),
      collateralIssuedAt: date(json, 'collateralIssuedAt'),
      verifiedAt: date(json, 'verifiedAt'),
      validFrom: date(json, 'validFrom'),
      validUntil: date(json, 'validUntil'),
      simulated: flag(json, 'simulated'),
    };
    expectFormat(claims.componentSvns.length === 16, 'componentSvns');
    // A field this version does not know might have been the one a policy should judge.
    for (const name of Object.keys(json)) expectFormat(name === 'version' || name in claims, 'unknown field');
    return claims;
  });
}

function readPart(json: JsonObject): TcbPart {
  const text = textField(json, 'status');
  const status = TCB_STATUSES.find((known) => known === text);
  expectFormat(status !== undefined, 'status');
  const advisories = textListField(json, 'advisories', MAX_ADVISORIES);
  return { status, date: date(json, 'date'), advisories };
}

function readVerdict(json: JsonObject, depth = 1): TcbVerdict {
  expectFormat(depth >= 0, 'tcb');
  const part = (name: string) => readPart(objectField(json, name));
  return {
    ...readPart(json),
    platform: part('platform'),
    module: optional(json, 'module', () => part('module')),
    qe: part('qe'),
    current: optional(json, 'current', () => readVerdict(objectField(json, 'current'), depth - 1)),
  };
}

function readMeasurements(json: JsonObject): Measurements {
  const register = (name: keyof Measurements): string => hex(json, name, 48);
  return {
    mrtd: register('mrtd'),
    rtmr0: register('rtmr0'),
    rtmr1: register('rtmr1'),
    rtmr2: register('rtmr2'),
    rtmr3: register('rtmr3'),
    mrConfigId: register('mrConfigId'),
    mrOwner: register('mrOwner'),
    mrOwnerConfig: register('mrOwnerConfig'),
    mrSeam: register('mrSeam'),
  };
}

function readAttributes(json: JsonObject): TdAttributes {
  const bit = (name: keyof TdAttributes): boolean => flag(json, name);
  return {
    hex: hex(json, 'hex', 8),
    debug: bit('debug'),
    septVeDisable: bit('septVeDisable'),
    migratable: bit('migratable'),
    protectionKeys: bit('protectionKeys'),
    keyLocker: bit('keyLocker'),
    perfmon: bit('perfmon'),
    reserved: bit('reserved'),
  };
}

function readExtended(json: JsonObject): ExtendedTdClaims {
  return {
    vmId: integerField(json, 'vmId', 255),
    tdId: hex(json, 'tdId', 32),
    deviceInfo: hex(json, 'deviceInfo', 48),
    initialServiceTd: hex(json, 'initialServiceTd', 48),
    initialServiceTdAttributes: hex(json, 'initialServiceTdAttributes', 8),
    initialCpuSvn: hex(json, 'initialCpuSvn', 16),
    initialTeeTcbSvn: hex(json, 'initialTeeTcbSvn', 16),
    initialFmspc: hex(json, 'initialFmspc', 12),
    currentServiceTd: hex(json, 'currentServiceTd', 48),
    currentServiceTdAttributes: hex(json, 'currentServiceTdAttributes', 8),
  };
}

function optional<T>(json: JsonObject, name: string, read: () => T): T | undefined {
  return field(json, name) === undefined ? undefined : read();
}

function hex(json: JsonObject, name: string, bytes: number): string {
  const text = textField(json, name);
  expectFormat(text.length === 2 * bytes && /^[0-9a-f]*$/.test(text), `${name} is no hex`);
  return text;
}

function flag(json: JsonObject, name: string): boolean {
  const value = field(json, name);
  expectFormat(typeof value === 'boolean', `${name} is no boolean`);
  return value;
}

function date(json: JsonObject, name: string): Date {
  return new Date(exactTime(textField(json, name)));
}
