import { aslMacro, checkResources, type DecodedResources, type ResourceDescriptor } from '../../aml/resources/index.js';

/** Macros that iasl 20200925 does not know. */
const UNKNOWN_TO_IASL: ReadonlySet<string> = new Set(['CSI2Bus', 'ClockInput']);

/** One descriptor as its macro; undefined if iasl makes other bytes of it, or knows none. */
function macroText(descriptor: ResourceDescriptor): string | undefined {
  const macro = aslMacro(descriptor);
  if (macro === undefined || UNKNOWN_TO_IASL.has(macro.name)) return undefined;
  const call = `${macro.name} (${macro.arguments.join(', ')})`;
  return macro.list === undefined ? call : `${call} {${macro.list.join(', ')}}`;
}

/** True for what iasl compiles to the bytes that were decoded, if every descriptor has a macro. */
function isSound({ descriptors, diagnostics }: DecodedResources): boolean {
  return diagnostics.length === 0 && !checkResources(descriptors).some(({ severity }) => severity === 'error');
}

/** A template's descriptors as macros; undefined if one of them compiles to other bytes, or not at all. */
export function resourceLines(decoded: DecodedResources): readonly string[] | undefined {
  if (!isSound(decoded)) return undefined;
  const lines: string[] = [];
  let dependent = false;
  for (const descriptor of decoded.descriptors.slice(0, -1)) {
    const line = macroText(descriptor);
    if (line === undefined) return undefined;
    const { kind } = descriptor;
    if (kind === 'EndDependentFn') {
      if (!dependent) return undefined;
      dependent = false;
      lines.push('}', line);
    } else if (kind === 'StartDependentFn' || kind === 'StartDependentFnNoPri') {
      if (dependent) lines.push('}');
      dependent = true;
      lines.push(line, '{');
    } else {
      lines.push(dependent ? `    ${line}` : line);
    }
  }
  return dependent ? undefined : lines;
}

/** The one descriptor of a connection; undefined if there are several, or it compiles to other bytes. */
export function connectionLine(decoded: DecodedResources): string | undefined {
  const [descriptor] = decoded.descriptors;
  if (descriptor === undefined || decoded.descriptors.length !== 2 || !isSound(decoded)) return undefined;
  return macroText(descriptor);
}
