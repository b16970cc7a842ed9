// getFile: where the bot may fetch a file, up to 20 MB.
import { badRequest } from '../api/api-failure.js';
import { MAX_DOWNLOAD_BYTES } from '../state/file-store.js';
import type { Handler } from './handler.js';

export const getFile: Handler = (world, params) => {
  const id = params.str('file_id') ?? '';
  const file = world.files.get(id);
  if (file.size > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
  return { file_id: file.id, file_unique_id: file.uniqueId, file_size: file.size, file_path: file.path };
};
