// Verifies Intel TDX quotes: pure functions from bytes, collateral, policy and time to a verified value.
export type { SimulatedAnchor } from './anchor.js';
export type { ExtendedTdClaims, Measurements, QuoteClaims, TdAttributes, TdClaims } from './claims.js';
export { claimsFromJson, claimsToJson } from './claims-json.js';
export { ATTESTATION_CODES, type AttestationCode } from './codes.js';
export type { Collateral, SignedDocument } from './collateral/collateral.js';
export { packStaple } from './collateral/pack-staple.js';
export { parseCollateral } from './collateral/parse-collateral.js';
export type { DcapQvlCollateral } from './collateral/parse-dcap-json.js';
export type { PcsResponse, PcsResponses } from './collateral/parse-pcs-responses.js';
export { type QuotePlatform, quotePlatform } from './collateral/quote-platform.js';
export {
  type CollateralCache,
  type CollateralCacheOptions,
  createCollateralCache,
} from './collateral-cache.js';
export { evaluatePolicy, type PolicyVerdict } from './evaluate-policy.js';
export type { EventCode } from './event-log/event-codes.js';
export type { BootStep, EventLogRule, OneOf } from './event-log/event-rule.js';
export { packEventLog } from './event-log/pack-event-log.js';
export type { ProvenContent } from './event-log/prove-event.js';
export { replayEventLog } from './event-log/replay-event-log.js';
export type { EventLogSource, LogEvent, ReplayedLog } from './event-log/replay-log.js';
export { verifyEventLog } from './event-log/verify-event-log.js';
export type { VerifiedEventLog } from './event-log/verify-log.js';
export type { GpuClaims } from './gpu/check-gpu-claims.js';
export { GPU_CODES, type GpuCode } from './gpu/gpu-codes.js';
export type { GpuPolicy } from './gpu/gpu-policy.js';
export { packGpuEvidence } from './gpu/pack-gpu-evidence.js';
export type { GpuMeasurement } from './gpu/parse-gpu-report.js';
export type { GpuOptions, VerifiedGpuEvidence } from './gpu/verify-gpu-evidence.js';
export {
  type VerifiedGpuReport,
  type VerifyGpuReportOptions,
  verifyGpuReport,
} from './gpu/verify-gpu-report.js';
export {
  type VerifiedNvidiaEat,
  type VerifyNvidiaEatOptions,
  verifyNvidiaEat,
} from './gpu/verify-nvidia-eat.js';
export { BOOT_PROFILES, type BootProfile, type BootProfileName } from './measure/boot-profiles.js';
export { cocoonImageHash, type ImageRegisters } from './measure/cocoon-image-hash.js';
export type { ComputedRegisters, ImageDescription } from './measure/compute-registers.js';
export type { PageOrder } from './measure/firmware-mrtd.js';
export { measureImage } from './measure/measure-image.js';
export { parseQuote, type TdxQuote } from './parse-quote.js';
export type { TdReport } from './parse-td-report.js';
export type { MeasurementRule, QuotePolicy } from './policy.js';
export type { RollbackMark, RollbackMarks } from './rollback-marks.js';
export type { TcbVerdict } from './steps/merge-tcb.js';
export { TCB_STATUSES, type TcbPart, type TcbStatus } from './tcb-status.js';
export type { QuoteCheck, VerifiedQuote } from './verified-quote.js';
export {
  expectedReportData,
  type MachineEvidence,
  type VerifyMachineOptions,
  verifyMachine,
} from './verify-machine.js';
export { type VerifyQuoteOptions, verifyQuote } from './verify-quote.js';
export { type VerifyQuoteSyncOptions, verifyQuoteSync } from './verify-quote-sync.js';
