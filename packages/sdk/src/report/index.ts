// What was proven, kept for later: exported reports and their verification, in browsers and in Node.

export type { Basis, Reader, ReportData, ReportLine, VerificationReport } from './verification-report.js';
export { type VerifiedExport, verifyReportExport } from './verify-report-export.js';
