#ifndef STAND_IN_BASE_LIB_H_
#define STAND_IN_BASE_LIB_H_

UINT64 EFIAPI LShiftU64 (IN UINT64 Operand, IN UINTN Count);
UINT8 EFIAPI CalculateSum8 (IN CONST UINT8 *Buffer, IN UINTN Length);

#endif
