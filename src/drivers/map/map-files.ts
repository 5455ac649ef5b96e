import { checkPlatformShape } from '../../platform/platform-shape.js';
import type { Platform } from '../../vocab/index.js';
import type { TextFile } from '../driver-text.js';
import { mappedFunctions } from './mapped-functions.js';
import { generateRegisterReference } from './register-reference.js';
import { drawFunction, drawWindow, isDrawn } from './svg-map.js';

const REFERENCE = 'registers.md';
const WINDOW_PICTURE = 'window.svg';
const functionPicture = (name: string) => `registers-${name}.svg`;

/**
 * The register reference with its pictures, each a file: `registers.md`, `window.svg`, and `registers-NAME.svg` for each
 * function that has registers or shared runs. Depends on the platform alone.
 * @throws as generateRegisterReference.
 */
export function generateMapFiles(platform: Platform): TextFile[] {
  checkPlatformShape(platform);
  const reference = generateRegisterReference(platform, { windowPicture: WINDOW_PICTURE, functionPicture });
  const pictures = mappedFunctions(platform)
    .filter(isDrawn)
    .map((mapped) => ({
      name: functionPicture(mapped.description.name),
      contents: drawFunction(mapped),
      what: `the pages and registers of ${mapped.description.name}`,
    }));
  return [
    { name: REFERENCE, contents: reference, what: 'the register reference' },
    { name: WINDOW_PICTURE, contents: drawWindow(platform), what: 'the window and its functions' },
    ...pictures,
  ];
}
