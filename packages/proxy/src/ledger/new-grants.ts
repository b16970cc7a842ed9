// How many grants an account brought for the first time within the last hour.
import { HOUR } from './limits.js';

export class NewGrants {
  private times: number[] = [];

  add(at: number): void {
    this.times.push(at);
  }

  /** Also forgets what is older than an hour, so the list never outgrows the limit the caller enforces. */
  countAt(at: number): number {
    if ((this.times[0] ?? at) <= at - HOUR) this.times = this.times.filter((time) => time > at - HOUR);
    return this.times.length;
  }
}
