// Which TCB statuses exist, and how do the statuses of platform, module and quoting enclave become one?

/** Intel's words for the state of a platform. `Revoked` is always refused and so never reported. */
export type TcbStatus =
  | 'UpToDate'
  | 'SWHardeningNeeded'
  | 'ConfigurationNeeded'
  | 'ConfigurationAndSWHardeningNeeded'
  | 'OutOfDate'
  | 'OutOfDateConfigurationNeeded'
  | 'TDRelaunchAdvised'
  | 'TDRelaunchAdvisedConfigurationNeeded';

/** What Intel's documents call a level. */
export const PLATFORM_STATUSES: readonly TcbStatus[] = [
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
];
/** Every status a verdict can have: a TD that was launched under an older TDX module needs a relaunch. */
export const TCB_STATUSES: readonly TcbStatus[] = [
  ...PLATFORM_STATUSES,
  'TDRelaunchAdvised',
  'TDRelaunchAdvisedConfigurationNeeded',
];
/** Quoting enclaves have no software hardening to do, modules no configuration either. */
export const QE_STATUSES: readonly TcbStatus[] = PLATFORM_STATUSES.filter(
  (status) => !status.includes('SWHardening'),
);
export const MODULE_STATUSES: readonly TcbStatus[] = PLATFORM_STATUSES.filter(
  (status) => !status.includes('Needed'),
);

/** One part's level, as Intel's signed documents describe it. */
export interface TcbPart {
  readonly status: TcbStatus;
  /** When Intel published what the level contains. */
  readonly date: Date;
  /** Security advisories that concern this level. */
  readonly advisories: readonly string[];
}

/** Intel's rule for joining statuses: an outdated module or quoting enclave makes the platform outdated. */
export function mergeTcbStatus(platform: TcbStatus, others: readonly TcbStatus[]): TcbStatus {
  if (!others.some((status) => status.startsWith('OutOfDate'))) return platform;
  return platform.startsWith('Configuration') || platform.endsWith('ConfigurationNeeded')
    ? 'OutOfDateConfigurationNeeded'
    : 'OutOfDate';
}
