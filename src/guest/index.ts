export {
  type LocatedRegister,
  locate,
  type OffsetParts,
  pageOffset,
  registerAddress,
  registerOffset,
  splitOffset,
  windowLengthBytes,
} from './address.js';
