#ifndef STAND_IN_DEBUG_LIB_H_
#define STAND_IN_DEBUG_LIB_H_

#define DEBUG_INFO   0x00000040
#define DEBUG_ERROR  0x80000000

VOID EFIAPI DebugPrint (IN UINTN ErrorLevel, IN CONST CHAR8 *Format, ...);

#define DEBUG(Expression)  DebugPrint Expression

#endif
