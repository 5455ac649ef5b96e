/** Findings as people and programs read them. */
export { countText, formatReport, type ReportPainter, type TextReportOptions } from './report-text.js';
export { type SarifLog, sarifLog } from './sarif.js';
