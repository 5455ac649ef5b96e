/** ACPI Source Language: decoded or built AML, printed as text that iasl compiles. */
export { type AslHeader, type PrintedAsl, type PrintOptions, printAsl } from './print/print-asl.js';
