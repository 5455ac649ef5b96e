#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <PiDxe.h>
#include <IndustryStandard/Acpi.h>
#include <Library/BaseLib.h>
#include <Library/DebugLib.h>
#include <Library/DxeServicesTableLib.h>
#include <Library/IoLib.h>
#include <Library/UefiBootServicesTableLib.h>
#include <Library/UefiLib.h>

#include "services.h"

#define MOST_SSDTS  4

static UINT8 *mDsdt;
static UINT8 *mSsdts[MOST_SSDTS + 1];
static EFI_EVENT_NOTIFY mWaiting;
static VOID *mWaitingContext;

UINT8 *ReadFile (const char *Path, size_t *Size)
{
  FILE *File = fopen (Path, "rb");
  UINT8 *Bytes;

  if (File == NULL || fseek (File, 0, SEEK_END) != 0) {
    perror (Path);
    exit (2);
  }
  *Size = (size_t)ftell (File);
  rewind (File);
  /* Exactly as large, so that a byte read past the end is noticed. */
  Bytes = malloc (*Size == 0 ? 1 : *Size);
  if (Bytes == NULL || fread (Bytes, 1, *Size, File) != *Size) {
    perror (Path);
    exit (2);
  }
  fclose (File);
  return Bytes;
}

const char *StatusName (EFI_STATUS Status)
{
  switch (Status) {
    case EFI_SUCCESS: return "Success";
    case EFI_UNSUPPORTED: return "Unsupported";
    case EFI_NOT_READY: return "Not Ready";
    case EFI_NOT_FOUND: return "Not Found";
    case EFI_ACCESS_DENIED: return "Access Denied";
    case EFI_INCOMPATIBLE_VERSION: return "Incompatible Version";
    case EFI_CRC_ERROR: return "CRC Error";
    case EFI_COMPROMISED_DATA: return "Compromised Data";
    default: return "?";
  }
}

VOID InstallDsdt (UINT8 *Dsdt)
{
  mDsdt = Dsdt;
}

VOID InstallSsdt (UINT8 *Ssdt)
{
  size_t Index = 0;

  while (mSsdts[Index] != NULL)
    Index++;
  if (Index == MOST_SSDTS)
    exit (2);
  mSsdts[Index] = Ssdt;
}

VOID SignalReadyToBoot (VOID)
{
  if (mWaiting != NULL)
    mWaiting (&mWaiting, mWaitingContext);
}

EFI_ACPI_COMMON_HEADER *EFIAPI EfiLocateFirstAcpiTable (IN UINT32 Signature)
{
  return mDsdt != NULL && memcmp (mDsdt, &Signature, 4) == 0 ? (EFI_ACPI_COMMON_HEADER *)(VOID *)mDsdt : NULL;
}

EFI_ACPI_COMMON_HEADER *EFIAPI EfiLocateNextAcpiTable (UINT32 Signature, EFI_ACPI_COMMON_HEADER *PreviousTable)
{
  size_t Index = 0;

  while (PreviousTable != NULL && mSsdts[Index] != NULL && mSsdts[Index++] != (UINT8 *)PreviousTable)
    ;
  return mSsdts[Index] != NULL && memcmp (mSsdts[Index], &Signature, 4) == 0
           ? (EFI_ACPI_COMMON_HEADER *)(VOID *)mSsdts[Index]
           : NULL;
}

EFI_STATUS EFIAPI EfiCreateEventReadyToBootEx (EFI_TPL Tpl, EFI_EVENT_NOTIFY Notify, VOID *Context, EFI_EVENT *Event)
{
  printf ("event at TPL %zu\n", (size_t)Tpl);
  mWaiting = Notify;
  mWaitingContext = Context;
  *Event = &mWaiting;
  return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI CloseEvent (EFI_EVENT Event)
{
  if (Event == &mWaiting)
    mWaiting = NULL;
  return EFI_SUCCESS;
}

static EFI_STATUS EFIAPI AddMemorySpace (EFI_GCD_MEMORY_TYPE Type, EFI_PHYSICAL_ADDRESS Base, UINT64 Length,
                                         UINT64 Capabilities)
{
  /* Every second page is in the platform's map already. */
  printf ("add type %d %llx+%llx %llx\n", (int)Type, (unsigned long long)Base, (unsigned long long)Length,
          (unsigned long long)Capabilities);
  return (Base & 0x1000) != 0 ? EFI_ACCESS_DENIED : EFI_SUCCESS;
}

static EFI_STATUS EFIAPI SetMemorySpaceAttributes (EFI_PHYSICAL_ADDRESS Base, UINT64 Length, UINT64 Attributes)
{
  printf ("set %llx+%llx %llx\n", (unsigned long long)Base, (unsigned long long)Length,
          (unsigned long long)Attributes);
  return EFI_SUCCESS;
}

static EFI_BOOT_SERVICES mBootServices = { CloseEvent };
static EFI_DXE_SERVICES mDxeServices = { AddMemorySpace, SetMemorySpaceAttributes };
EFI_BOOT_SERVICES *gBS = &mBootServices;
EFI_DXE_SERVICES *gDS = &mDxeServices;

UINT64 EFIAPI LShiftU64 (UINT64 Operand, UINTN Count)
{
  return Operand << Count;
}

UINT8 EFIAPI CalculateSum8 (CONST UINT8 *Buffer, UINTN Length)
{
  UINT8 Sum = 0;

  while (Length-- > 0)
    Sum = (UINT8)(Sum + *Buffer++);
  return Sum;
}

/* A register reads as the low half of its address. */
UINT32 EFIAPI MmioRead32 (UINTN Address)
{
  if ((Address & 3) != 0)
    abort ();
  return (UINT32)Address;
}

UINT32 EFIAPI MmioWrite32 (UINTN Address, UINT32 Value)
{
  printf ("write %llx %x\n", (unsigned long long)Address, Value);
  return Value;
}

/* EDK2's formats, of which there are others than C's: %a and %r, and %lx for 64 bits. */
VOID EFIAPI DebugPrint (UINTN Level, CONST CHAR8 *Format, ...)
{
  va_list Arguments;

  (void)Level;
  va_start (Arguments, Format);
  for (; *Format != 0; Format++) {
    if (*Format != '%') {
      putchar (*Format);
    } else if (strncmp (Format, "%08x", 4) == 0) {
      printf ("%08x", va_arg (Arguments, UINT32));
      Format += 3;
    } else if (strncmp (Format, "%lx", 3) == 0) {
      printf ("%llx", (unsigned long long)va_arg (Arguments, UINT64));
      Format += 2;
    } else {
      switch (*++Format) {
        case 'a': fputs (va_arg (Arguments, const char *), stdout); break;
        case 'd': printf ("%d", va_arg (Arguments, int)); break;
        case 'r': fputs (StatusName (va_arg (Arguments, EFI_STATUS)), stdout); break;
        case 'x': printf ("%x", va_arg (Arguments, UINT32)); break;
        default: abort ();
      }
    }
  }
  va_end (Arguments);
}
