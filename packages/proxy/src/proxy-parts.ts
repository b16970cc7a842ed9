// What do all routes and channels of one proxy share?
import type { CollateralStatus } from '@cocoonkit/sdk/attestation/fetch';
import type { AddressBuckets } from './admission/address-buckets.js';
import type { OpeningQueue } from './admission/opening-queue.js';
import type { ReplayGuard } from './admission/replay-guard.js';
import type { Tickets } from './admission/tickets.js';
import type { ProxyLimits } from './config.js';
import type { ModelList } from './control/model-list.js';
import type { RosterBook } from './control/roster-book.js';
import type { SilenceWatches } from './forward/watch-silence.js';
import type { Identity } from './identity.js';
import type { Ledger } from './ledger/ledger.js';
import type { Log } from './log.js';
import type { Metrics } from './metrics.js';
import type { OpenRegistry } from './network/open-registry.js';
import type { OpenRequests } from './requests/open-requests.js';
import type { RequestJournal } from './requests/request-journal.js';
import type { WorkerTable } from './workers/worker-table.js';

export interface ProxyParts {
  readonly limits: ProxyLimits;
  /** The ledger's id, as requests and grants name it. */
  readonly audience: string;
  /** Quotes of this network are simulated: whatever it says to people must say so. */
  readonly simulated: boolean;
  readonly priceDigest: Uint8Array;
  readonly pricePerToken: bigint;
  readonly addressHeader: string | undefined;
  readonly now: () => Date;
  readonly random: (length: number) => Uint8Array;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly registry: OpenRegistry;
  readonly identity: Identity;
  /** How it stands with fetched collateral; undefined where none is fetched. */
  readonly collateral: () => CollateralStatus['state'] | undefined;
  readonly ledger: Ledger;
  /** Whether the proxy can pay its workers what it takes from clients. */
  readonly canPay: () => boolean;
  /** Absent when the ledger itself forgets everything. */
  readonly journal: RequestJournal | undefined;
  readonly workers: WorkerTable;
  readonly requests: OpenRequests;
  readonly silence: SilenceWatches;
  readonly buckets: AddressBuckets;
  readonly opening: OpeningQueue;
  readonly tickets: Tickets;
  readonly replays: ReplayGuard;
  readonly rosters: RosterBook;
  readonly models: ModelList;
  readonly state: ProxyState;
}

export interface ProxyState {
  draining: boolean;
  /** Inference requests whose HTTP answer has not ended. */
  inferring: number;
}
