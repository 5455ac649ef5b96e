/** Findings as people and programs read them. */
export { countText, formatReport, type ReportPainter, type TextReportOptions } from './report-text.js';
export { type SarifLocation, type SarifLog, type SarifResult, type SarifRule, sarifLog } from './sarif.js';
