#ifndef STAND_IN_UEFI_LIB_H_
#define STAND_IN_UEFI_LIB_H_

#include <IndustryStandard/Acpi.h>

EFI_ACPI_COMMON_HEADER *EFIAPI EfiLocateFirstAcpiTable (IN UINT32 Signature);

EFI_ACPI_COMMON_HEADER *EFIAPI EfiLocateNextAcpiTable (
  IN UINT32                  Signature,
  IN EFI_ACPI_COMMON_HEADER  *PreviousTable
  );

EFI_STATUS EFIAPI EfiCreateEventReadyToBootEx (
  IN  EFI_TPL           NotifyTpl,
  IN  EFI_EVENT_NOTIFY  NotifyFunction,
  IN  VOID              *NotifyContext,
  OUT EFI_EVENT         *ReadyToBootEvent
  );

#endif
