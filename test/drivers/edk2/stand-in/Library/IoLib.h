#ifndef STAND_IN_IO_LIB_H_
#define STAND_IN_IO_LIB_H_

UINT32 EFIAPI MmioRead32 (IN UINTN Address);
UINT32 EFIAPI MmioWrite32 (IN UINTN Address, IN UINT32 Value);

#endif
