/** Findings as people and programs read them. */
export { type Cause, type Causes, findCauses } from './causes.js';
export { countText, formatReport, type ReportPainter, type TextReportOptions } from './report-text.js';
export { type SarifLog, sarifLog } from './sarif.js';
