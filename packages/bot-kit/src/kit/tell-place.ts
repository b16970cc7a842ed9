// How does a person know that others are before them? They are told their number, unless it is their turn at once.
import type { AIContext } from '../feature.js';
import type { Job } from '../jobs/job.js';
import type { Say } from '../texts/say.js';

export async function tellPlace(ctx: AIContext, { job, say }: { job: Job; say: Say }): Promise<void> {
  // By then the queue has begun what it can.
  await Promise.resolve();
  const { position } = job;
  if (position === 0) return;
  const text = position === 1 ? say('answer.next') : say('answer.queued', { position });
  await ctx.reply(text).catch(() => undefined);
}
