// A Telegram with one person and one group, and the words in which it refuses calls that grammY's types may forbid.
import { Api } from 'grammy';
import { expect } from 'vitest';
import {
  createTelegramEmulator,
  type Group,
  type Person,
  type TelegramEmulator,
} from '../../src/testing/index.js';

export interface Team {
  readonly emu: TelegramEmulator;
  readonly api: Api;
  readonly ann: Person;
  readonly group: Group;
}

export async function openTeam(): Promise<Team> {
  const emu = await createTelegramEmulator();
  const api = new Api(emu.token, { apiRoot: emu.apiRoot });
  const ann = emu.user({ first_name: 'Ann' });
  ann.start();
  return { emu, api, ann, group: emu.group({ title: 'Team', members: [ann] }) };
}

export async function refusalOf(
  { apiRoot, token }: TelegramEmulator,
  method: string,
  body: Record<string, unknown>,
): Promise<string> {
  const response = await fetch(`${apiRoot}/bot${token}/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: { ok: boolean; error_code: number; description: string } = await response.json();
  expect(answer.ok).toBe(false);
  expect(answer.error_code).toBe(response.status);
  return `${answer.error_code} ${answer.description}`;
}
