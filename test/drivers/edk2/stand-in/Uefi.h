#ifndef STAND_IN_UEFI_H_
#define STAND_IN_UEFI_H_

#include <stddef.h>
#include <stdint.h>

typedef uint8_t   UINT8;
typedef uint16_t  UINT16;
typedef uint32_t  UINT32;
typedef uint64_t  UINT64;
typedef uintptr_t UINTN;
typedef char      CHAR8;
typedef UINT8     BOOLEAN;
typedef UINTN     EFI_STATUS;
typedef UINTN     EFI_TPL;
typedef UINT64    EFI_PHYSICAL_ADDRESS;
typedef void     *EFI_HANDLE;
typedef void     *EFI_EVENT;

#define VOID    void
#define CONST   const
#define STATIC  static
#define IN
#define OUT
#define EFIAPI
#define TRUE   ((BOOLEAN)1)
#define FALSE  ((BOOLEAN)0)

#define MAX_UINT32   ((UINT32)0xFFFFFFFF)
#define MAX_UINT64   ((UINT64)0xFFFFFFFFFFFFFFFFULL)
#define MAX_ADDRESS  0xFFFFFFFFFFFFFFFFULL

#define ARRAY_SIZE(Array)  (sizeof (Array) / sizeof ((Array)[0]))

/* UEFI 2.10, appendix D */
#define ENCODE_ERROR(Code)        ((EFI_STATUS)(0x8000000000000000ULL | (Code)))
#define EFI_ERROR(Status)         (((Status) >> 63) != 0)
#define EFI_SUCCESS               0
#define EFI_UNSUPPORTED           ENCODE_ERROR (3)
#define EFI_NOT_READY             ENCODE_ERROR (6)
#define EFI_NOT_FOUND             ENCODE_ERROR (14)
#define EFI_ACCESS_DENIED         ENCODE_ERROR (15)
#define EFI_INCOMPATIBLE_VERSION  ENCODE_ERROR (25)
#define EFI_CRC_ERROR             ENCODE_ERROR (27)
#define EFI_COMPROMISED_DATA      ENCODE_ERROR (33)

#define TPL_CALLBACK   8
#define EFI_MEMORY_UC  0x0000000000000001ULL
#define EFI_MEMORY_WB  0x0000000000000008ULL

typedef VOID (EFIAPI *EFI_EVENT_NOTIFY) (IN EFI_EVENT Event, IN VOID *Context);

typedef struct {
  EFI_STATUS (EFIAPI *CloseEvent) (IN EFI_EVENT Event);
} EFI_BOOT_SERVICES;

typedef struct EFI_SYSTEM_TABLE EFI_SYSTEM_TABLE;

#endif
