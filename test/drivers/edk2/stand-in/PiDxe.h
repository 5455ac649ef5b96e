#ifndef STAND_IN_PI_DXE_H_
#define STAND_IN_PI_DXE_H_

#include <Uefi.h>

/* PI 1.8, volume 2, 7.2.4 */
typedef enum {
  EfiGcdMemoryTypeNonExistent,
  EfiGcdMemoryTypeReserved,
  EfiGcdMemoryTypeSystemMemory,
  EfiGcdMemoryTypeMemoryMappedIo
} EFI_GCD_MEMORY_TYPE;

typedef struct {
  EFI_STATUS (EFIAPI *AddMemorySpace) (
    IN EFI_GCD_MEMORY_TYPE   GcdMemoryType,
    IN EFI_PHYSICAL_ADDRESS  BaseAddress,
    IN UINT64                Length,
    IN UINT64                Capabilities
    );
  EFI_STATUS (EFIAPI *SetMemorySpaceAttributes) (
    IN EFI_PHYSICAL_ADDRESS  BaseAddress,
    IN UINT64                Length,
    IN UINT64                Attributes
    );
} EFI_DXE_SERVICES;

#endif
